/**
 * The kinds of reactions: what they are called, and the sign of each.
 *
 * Owns    their order, words and outlines.
 * Never   counts or sends.
 * Used by every view of the reactions.
 */

import { h } from "../../dom.js";
import { t, translate } from "../../i18n.js";

translate("zh-Hans", {
  Reactions: "现场反应",
  Applause: "鼓掌",
  Agree: "赞同",
  Funny: "好笑",
  "Love it": "喜欢",
  "Lost me": "没听懂",
  "{what}: {n} in the last seconds": "{what}：最近几秒 {n} 次",
  "{n} people": "{n} 人",
});

/** @typedef {"applause" | "agree" | "laugh" | "love" | "puzzled"} Kind */

const SMILE = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z";

/** @type {[Kind, string, string][]} kind, English word, outline on a 24-unit square */
const ALL = [
  ["applause", "Applause", "M9.5 20c-3 0-5.5-2.5-5.5-5.5V9.8c0-1 1.5-1.3 1.9-.3l1 2.6V5.5c0-1.2 1.8-1.2 1.8 0V10M8.7 10V4.3c0-1.2 1.8-1.2 1.8 0V10m0 0V5.4c0-1.2 1.8-1.2 1.8 0v6m0-1.4c0-1.2 1.8-1.2 1.8 0v4.5c0 3-2 5.5-4.6 5.5M16.5 4.5l1-2m.5 5 2.2-.8M18 11l2.2.8"],
  ["agree", "Agree", "M7 11v9H4v-9h3zm0 0 4-7.5c1.6 0 2.5 1 2.2 2.7L12.5 10H19c1 0 1.7 1 1.4 2l-1.8 6.6c-.2.8-.9 1.4-1.8 1.4H7"],
  ["laugh", "Funny", `${SMILE}M7 13c.5 3 2.5 4.5 5 4.5s4.5-1.5 5-4.5H7zm1-4 1.5-1 1 1m3 0 1-1 1.5 1`],
  ["love", "Love it", "M12 20C6 15.5 3.5 12.5 3.5 9a4.3 4.3 0 0 1 8.5-1.2A4.3 4.3 0 0 1 20.5 9c0 3.5-2.5 6.5-8.5 11z"],
  ["puzzled", "Lost me", `${SMILE}M9.5 9.5a2.5 2.5 0 1 1 3.7 2.2c-.8.5-1.2 1-1.2 2m0 2.8v.3`],
];

export const KINDS = ALL.map(([kind]) => kind);

/** @param {Kind} kind @returns {string} what it is called */
export const wordOf = (kind) => t(ALL.find(([each]) => each === kind)?.[1] ?? kind);

/** @param {Kind} kind @returns {Element} its sign, in the current colour */
export function signOf(kind) {
  const outline = h("path", { attributes: { d: ALL.find(([each]) => each === kind)?.[2] ?? "" } });
  return h("svg", { class: "reaction__sign", attributes: { viewBox: "0 0 24 24" }, aria: { hidden: true } }, outline);
}
