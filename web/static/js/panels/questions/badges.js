/**
 * What is special about a question, in a few badges.
 *
 * Pure: a question and how it is being read, in; tones and words, out.
 */

import { whoWord } from "../../actor.js";
import { t, translate } from "../../i18n.js";
import { reasonWord, stateWord } from "./states.js";
import { verbWord } from "./words.js";

/** @import {Question} from './queue.js' */
/** @import {Mood} from './card.js' */

translate("zh-Hans", {
  suggested: "建议",
  fresh: "新问题，还少有人看过",
  "stub {receipt}": "回执 {receipt}",
  picture: "有照片",
  "like #{n}": "与 #{n} 相似",
  "{who} is reading": "{who}正在看",
  "on hold: {why}": "暂扣：{why}",
  "above the rate": "提问过快",
  "sending…": "发送中…",
});

/**
 * Say in badges what is special about a question.
 *
 * @param {Question} question
 * @param {Mood} mood
 * @returns {[string, string][]} tone and words
 */
export function badgesOf(question, mood) {
  /** @type {[string, string][]} */
  const marks = [];
  if (mood.pending) marks.push(["stale", `${verbWord(mood.pending)} · ${t("sending…")}`]);
  if (mood.suggested) marks.push(["next", t("suggested")]);
  if (mood.fresh) marks.push(["info", t("fresh")]);
  if (question.receipt) marks.push(["info", t("stub {receipt}", { receipt: question.receipt })]);
  if (question.photo) marks.push(["info", t("picture")]);
  if (mood.gone || ["deferred", "rejected", "answered", "merged", "withdrawn", "expired"].includes(question.state))
    marks.push(["info", stateWord(question.state)]);
  if (question.close_reason && question.state === "rejected") marks.push(["info", reasonWord(question.close_reason)]);
  if (question.state === "held")
    marks.push(["warn", t("on hold: {why}", { why: question.hits.map(hitWord).join(" · ") || t("above the rate") })]);
  if (question.claimed_by && !mood.open) marks.push(["info", t("{who} is reading", { who: whoWord(question.claimed_by) })]);
  for (const n of mood.similar) marks.push(["info", t("like #{n}", { n })]);
  for (const label of question.labels) marks.push(["info", label]);
  return marks;
}

/** @param {any} hit of a word list: a text, or the list and its entry */
function hitWord(hit) {
  return typeof hit === "string" ? hit : [hit?.list, hit?.entry].filter(Boolean).join(" ");
}
