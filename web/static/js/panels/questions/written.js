/**
 * Editors under a card: the question's text, and the answer in writing.
 *
 * Owns    their elements until they are saved or left.
 */

import { h } from "../../dom.js";
import { t, translate } from "../../i18n.js";

translate("zh-Hans", {
  Cancel: "取消",
  Save: "保存",
  "The question, edited": "修改后的问题",
  "The answer in writing": "书面答复",
  "The answer in writing (its asker reads it; everybody who sees the question, too)": "书面答复（提问者可见，能看到此问题的人也可见）",
  "Promise an answer": "先承诺答复",
  "Send the answer": "发送答复",
  "Why not, in your words": "拒绝原因",
  "Why not, in your words (its asker reads it)": "拒绝原因（提问者可见）",
  "Refuse it": "拒绝",
});

/** @import {Question} from './queue.js' */

/**
 * @param {Question} question
 * @param {{save: (body: string) => void, cancel: () => void}} on
 * @returns {Node[]}
 */
export function bodyEditor(question, on) {
  const field = area(t("The question, edited"), question.body);
  return [wrapped(field), primary(t("Save"), () => on.save(field.value)), quiet(t("Cancel"), on.cancel)];
}

/**
 * @param {Question} question
 * @param {{promise: (() => void) | null, send: (reply: string) => void, cancel: () => void}} on `promise`: offered while it is not
 * @returns {Node[]}
 */
export function replyEditor(question, on) {
  const field = area(t("The answer in writing"), question.reply ?? "");
  field.placeholder = t("The answer in writing (its asker reads it; everybody who sees the question, too)");
  field.maxLength = 2_000;
  const later = on.promise && quiet(t("Promise an answer"), on.promise);
  const parts = [wrapped(field), primary(t("Send the answer"), () => on.send(field.value)), later, quiet(t("Cancel"), on.cancel)];
  return parts.filter((part) => part instanceof Node);
}

/**
 * @param {{send: (reason: string) => void, cancel: () => void}} on
 * @returns {Node[]}
 */
export function reasonEditor(on) {
  const field = area(t("Why not, in your words"), "");
  field.placeholder = t("Why not, in your words (its asker reads it)");
  field.maxLength = 300;
  const send = () => (field.value.trim() ? on.send(field.value.trim()) : field.focus());
  return [wrapped(field), primary(t("Refuse it"), send), quiet(t("Cancel"), on.cancel)];
}

/**
 * @param {string} label
 * @param {string} value
 */
function area(label, value) {
  const field = h("textarea", { aria: { label }, attributes: { rows: 3 } });
  field.value = value;
  queueMicrotask(() => field.focus());
  return field;
}

/** @param {Node} field */
const wrapped = (field) => h("div", { class: "field q-card__edit" }, field);

/** @param {string} text @param {() => void} click */
const quiet = (text, click) => h("button", { class: "button", data: { variant: "quiet" }, attributes: { type: "button" }, text, on: { click } });

/** @param {string} text @param {() => void} click */
const primary = (text, click) => h("button", { class: "button", data: { variant: "primary" }, attributes: { type: "button" }, text, on: { click } });
