/**
 * Small dialogs: a question with one line to write, or a yes.
 *
 * Owns    the dialog while it is open.
 * Never   acts on the answer.
 * Used by panels at the control desk.
 */

import { h } from "./dom.js";
import { t } from "./i18n.js";

/**
 * Ask for a confirmation, and for a line of text if `label` is given.
 *
 * @param {{title: string, confirm: string, label?: string, danger?: boolean, body?: Node | null}} question
 * @returns {Promise<string | null>} the line (empty without a label), or null when it was called off
 */
export function ask({ title, confirm, label, danger = false, body = null }) {
  const input = label ? h("input", { attributes: { type: "text", maxlength: 500, autocomplete: "off" }, aria: { label } }) : null;
  const yes = h("button", { class: "button", data: { variant: danger ? "danger" : "primary" }, attributes: { value: "yes" }, text: confirm });
  const no = h("button", { class: "button", data: { variant: "quiet" }, attributes: { value: "", formnovalidate: true }, text: t("Cancel") });
  const field = input && h("div", { class: "field" }, h("span", { class: "field__label", text: label ?? "" }), input);
  const form = h("form", { attributes: { method: "dialog" } }, h("h2", { text: title }), body, field, h("div", { class: "dialog__actions" }, no, yes));
  const dialog = h("dialog", { class: "dialog", aria: { label: title } }, form);
  document.body.append(dialog);
  dialog.showModal();
  (input ?? yes).focus();
  // Enter in the line means yes; the first button of a form would say no.
  input?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    dialog.close("yes");
  });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? (input?.value.trim() ?? "") : null);
    });
  });
}
