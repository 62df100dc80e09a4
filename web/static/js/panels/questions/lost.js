/**
 * What to say when an act was refused: who was quicker, how it stands now, and what to do.
 *
 * Pure: a refusal and the question as it is, in; a sentence, out.
 */

import { whoWord } from "../../actor.js";
import { t, translate } from "../../i18n.js";
import { explain } from "../../toast.js";
import { stateWord } from "./states.js";
import { ageWord } from "./words.js";

/** @import {Question} from './queue.js' */

translate("zh-Hans", {
  "{who} was quicker: #{n} is “{state}” now ({age}). {advice}": "{who}抢先一步：#{n} 现在是“{state}”（{age}）。{advice}",
  "#{n} has changed meanwhile: it is “{state}” now. {advice}": "#{n} 已有变化：现在是“{state}”。{advice}",
  "{who} put another question on air just before ({age}). Look at the stage, then press again.":
    "{who}刚刚已将另一个问题上屏（{age}）。请看一眼舞台，再按一次。",
  "#{n} is “{state}”, so that is not possible. {advice}": "#{n} 是“{state}”，不能这样操作。{advice}",
  "#{n} can no longer be taken back: ten seconds are over. Reopen it instead.": "#{n} 已超过十秒，无法撤销，请重新打开。",
  "{who} went on from there ({age}): #{n} is “{state}” now, so your act stays.": "{who}已在其后操作（{age}）：#{n} 现在是“{state}”，您的操作保留。",
  Somebody: "有人",
  "Look at it, then act again if you still want to.": "请看一眼，仍需要时再操作。",
  "Skip it back first.": "请先放回。",
  "Reopen it first.": "请先重新打开。",
  "Approve it first.": "请先通过审核。",
  "Unmerge it first.": "请先拆分。",
  "Its asker took it back.": "提问者已撤回。",
  "A word in it is on the list that refuses; say it in another way.": "含有被拒绝的词语，请换个说法。",
});

/** What to do about a question in this state. @type {Record<string, string>} */
const ADVICE = {
  pending: "Approve it first.",
  held: "Approve it first.",
  on_air: "Skip it back first.",
  answered: "Reopen it first.",
  rejected: "Reopen it first.",
  deferred: "Reopen it first.",
  expired: "Reopen it first.",
  merged: "Unmerge it first.",
  withdrawn: "Its asker took it back.",
};

/**
 * @param {any} error a CommandError, or what the outbox kept of one
 * @param {Question} question as the rows have it now
 * @param {number} now server time, ms
 * @returns {string}
 */
export function lostWords(error, question, now) {
  const { code, detail = {} } = error ?? {};
  const n = question.number;
  if (code === "conflict") return clash(detail, question, now);
  if (code === "forbidden" && detail.reason === "words") return t("A word in it is on the list that refuses; say it in another way.");
  if (code !== "illegal_transition") return explain(error);
  const state = detail.state ?? question.state;
  return t("#{n} is “{state}”, so that is not possible. {advice}", { n, state: stateWord(state), advice: t(ADVICE[state] ?? "Look at it, then act again if you still want to.") });
}

/**
 * What to say when an act could not be taken back.
 *
 * @param {any} error a CommandError
 * @param {Question} question as the rows have it now
 * @param {number} now server time, ms
 * @returns {string}
 */
export function undoWords(error, question, now) {
  const { number: n, state } = question;
  if (error?.code === "illegal_transition") return t("#{n} can no longer be taken back: ten seconds are over. Reopen it instead.", { n });
  if (error?.code !== "conflict") return explain(error);
  const [who, age] = [error.detail.by ? whoWord(error.detail.by) : t("Somebody"), error.detail.at ? ageWord(now - error.detail.at) : ""];
  return t("{who} went on from there ({age}): #{n} is “{state}” now, so your act stays.", { who, age, n, state: stateWord(state) });
}

/**
 * @param {any} detail
 * @param {Question} question
 * @param {number} now
 */
function clash(detail, question, now) {
  const who = detail.by ? whoWord(detail.by) : t("Somebody");
  const age = detail.at ? ageWord(now - detail.at) : "";
  if (detail.row && "on_air" in detail.row)
    return t("{who} put another question on air just before ({age}). Look at the stage, then press again.", { who, age });
  const current = detail.row?.state ?? question.state;
  const [n, state, advice] = [question.number, stateWord(current), t("Look at it, then act again if you still want to.")];
  if (!detail.by || !detail.at) return t("#{n} has changed meanwhile: it is “{state}” now. {advice}", { n, state, advice });
  return t("{who} was quicker: #{n} is “{state}” now ({age}). {advice}", { n, who, state, age, advice });
}
