/**
 * The words of those who work with questions: acts, receipts, origins, in both languages.
 */

import { h, tame } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { icon } from "../../icons.js";

/** @import {Question} from './queue.js' */

translate("zh-Hans", {
  Approve: "通过",
  Shortlist: "入围",
  "Back to approved": "移出入围",
  "Set next": "设为下一个",
  "Skip back": "放回",
  Defer: "会后答复",
  "Answer in writing": "书面答复",
  "#{n} answered in writing": "#{n} 已书面答复",
  "On air": "上屏",
  "#{n} moved": "#{n} 已移动",
  Reject: "拒绝",
  Reopen: "重新打开",
  Unmerge: "拆分",
  Undo: "撤销",
  Edit: "修改",
  Merge: "合并",
  "#{n} approved": "#{n} 已通过",
  "#{n} shortlisted": "#{n} 已入围",
  "#{n} back to approved": "#{n} 已移出入围",
  "#{n} is next": "#{n} 为下一个",
  "#{n} is on air": "#{n} 已上屏",
  "#{n} answered": "#{n} 已回答",
  "#{n} skipped back": "#{n} 已放回",
  "#{n} will be answered later": "#{n} 将会后答复",
  "#{n} rejected": "#{n} 已拒绝",
  "#{n} reopened": "#{n} 已重新打开",
  "#{n} taken apart": "#{n} 已拆分",
  "#{n} merged": "#{n} 已合并",
  "#{n} edited": "#{n} 已修改",
  room: "现场",
  remote: "线上",
  slip: "纸条",
  voice: "口头",
  kiosk: "自助终端",
  staff: "工作人员",
  import: "导入",
  anonymous: "匿名",
  "just now": "刚刚",
  "{n} min": "{n} 分钟",
});

/** @type {Record<string, string>} */
const VERBS = {
  approve: "Approve",
  shortlist: "Shortlist",
  unshortlist: "Back to approved",
  next: "Set next",
  air: "On air",
  answered: "Answered",
  skip_back: "Skip back",
  defer: "Defer",
  reject: "Reject",
  reopen: "Reopen",
  unmerge: "Unmerge",
  edit: "Edit",
  merge: "Merge",
  reply: "Answer in writing",
};

/** @type {Record<string, string>} */
const RECEIPTS = {
  approve: "#{n} approved",
  shortlist: "#{n} shortlisted",
  unshortlist: "#{n} back to approved",
  next: "#{n} is next",
  air: "#{n} is on air",
  answered: "#{n} answered",
  skip_back: "#{n} skipped back",
  defer: "#{n} will be answered later",
  reject: "#{n} rejected",
  reopen: "#{n} reopened",
  unmerge: "#{n} taken apart",
  merge: "#{n} merged",
  edit: "#{n} edited",
  reply: "#{n} answered in writing",
  order: "#{n} moved",
};

/** @param {"room" | "remote"} side */
export const sideWord = (side) => t(side);

/** @param {string} verb */
export const verbWord = (verb) => t(VERBS[verb] ?? verb);

/**
 * @param {string} verb
 * @param {number} number of the question
 * @returns {string} what happened, for a toast
 */
export const receipt = (verb, number) => t(RECEIPTS[verb] ?? "#{n}", { n: number });

/** Inlets that say more than the origin does. */
const TELLING = new Set(["slip", "voice", "kiosk", "staff", "import"]);

/** @type {Record<string, string>} */
const SIGNS = {
  room: "person",
  remote: "network",
  slip: "message",
  voice: "mic",
  kiosk: "screen",
  staff: "hand",
  import: "copy",
};

/**
 * Say where a question came from.
 *
 * @param {Pick<Question, "origin" | "inlet">} question
 * @returns {{sign: string, word: string}} the name of an icon, and the word that always goes with it
 */
export function whence(question) {
  const key = TELLING.has(question.inlet) ? question.inlet : question.origin;
  return { sign: SIGNS[key] ?? "info", word: t(key) };
}

/**
 * Draw where a question came from, and from whom.
 *
 * @param {Element} element
 * @param {Question} question
 * @param {string} nobody the word for an anonymous asker; empty: say nothing
 */
export function drawFrom(element, question, nobody) {
  const { sign, word } = whence(question);
  const name = question.name ? tame(question.name) : nobody;
  const text = name ? `${word} · ${name}` : word;
  if (element.textContent === text && element.firstChild) return;
  element.replaceChildren(icon(sign), h("bdi", { text }));
}

/**
 * Say how long ago, in the fewest words.
 *
 * @param {number} age ms
 * @returns {string}
 */
export function ageWord(age) {
  if (age < 60_000) return t("just now");
  return t("{n} min", { n: Math.floor(age / 60_000) });
}
