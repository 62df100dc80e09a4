/**
 * Calling for help: what kind, where, and a line about it.
 *
 * Owns    the button and its dialog.
 * Never   chooses whom to call: the server knows the contacts.
 * Used by the control and brief views of devices.
 */

import { boot } from "../../desk.js";
import { h } from "../../dom.js";
import { t } from "../../i18n.js";
import { icon } from "../../icons.js";
import { toast } from "../../toast.js";
import { categoryWord } from "./words.js";

/** @import {Panel} from "../../panel.js" */

const CATEGORIES = ["medical", "security", "technical", "venue"];

/**
 * @param {Panel} panel
 * @returns {HTMLElement}
 */
export function helpButton(panel) {
  return h("button", { class: "button help-button", data: { variant: "danger" }, attributes: { type: "button" }, on: { click: () => open(panel) } }, icon("medical"), t("Call for help"));
}

/** @param {Panel} panel */
function open(panel) {
  const room = h("select", { attributes: { name: "room" } }, h("option", { attributes: { value: "" }, text: t("no room") }), ...boot.rooms.map(({ id, title }) => h("option", { attributes: { value: id, selected: id === panel.room }, text: title })));
  const note = h("input", { attributes: { name: "note", maxlength: 1000, autocomplete: "off" } });
  const choices = CATEGORIES.map((category) =>
    h("button", { class: "button help-choice", data: { category }, attributes: { value: category }, text: categoryWord(category) }),
  );
  const form = h(
    "form",
    { attributes: { method: "dialog" } },
    h("h2", { text: t("Call for help") }),
    h("label", { class: "field" }, h("span", { class: "field__label", text: t("Where") }), room),
    h("label", { class: "field" }, h("span", { class: "field__label", text: t("What happened?") }), note),
    h("div", { class: "help-choices" }, ...choices),
    h("div", { class: "dialog__actions" }, h("button", { class: "button", data: { variant: "quiet" }, attributes: { value: "" }, text: t("Cancel") })),
  );
  const dialog = h("dialog", { class: "dialog", aria: { label: t("Call for help") } }, form);
  // Enter in the line must not send the first category by accident.
  note.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue) void send(panel, dialog.returnValue, room.value, note.value.trim());
  });
  document.body.append(dialog);
  dialog.showModal();
  note.focus();
}

/**
 * @param {Panel} panel
 * @param {string} category
 * @param {string} room
 * @param {string} note
 */
async function send(panel, category, room, note) {
  const done = await panel.ask("devices", "raise", { category, room: room || null, note });
  if (done) toast(t("Help is called. The control desk sees it now."), { tone: "ok" });
}
