/**
 * A line to the person on stage, and whether their screen has shown it.
 *
 * Owns    the composer with presets and levels, and the state of the message that is up.
 * Never   translates what the crew typed.
 * Used by the control and moderate views of the agenda panel.
 */
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { pick, t } from "../../i18n.js";
import { button } from "./parts.js";

/** @import {Scene} from "./model.js" */

const LONGEST = 200;
const LEVELS = [["info", "note"], ["warn", "important"], ["urgent", "urgent"]];

/** @param {import("../../panel.js").Panel} panel @param {() => string|null} roomNow */
export function composer(panel, roomNow) {
  let level = "info";
  const up = h("p", { class: "agenda-message__up" });
  const state = h("span", { class: "badge" });
  const clear = button(t("take it down"), { on: () => ask("clear_message", { room: roomNow() }), variant: "quiet" });
  const shown = h("div", { class: "agenda-message__shown", attributes: { hidden: true } }, up, state, clear);
  const field = h("input", {
    aria: { label: t("message to the stage") },
    attributes: { type: "text", maxlength: LONGEST, placeholder: t("message to the stage"), autocomplete: "off" },
  });
  const levels = h("div", { class: "segmented", aria: { label: t("how urgent") }, attributes: { role: "group" } },
    ...LEVELS.map(([name = "", word = ""]) => h("button", {
      text: t(word), data: { level: name }, attributes: { type: "button" }, aria: { pressed: name === level },
      on: { click: () => choose(name) },
    })));
  const presets = h("div", { class: "agenda-message__presets" });
  const form = h("form", { class: "agenda-message__form", on: { submit } }, h("div", { class: "field" }, field), levels,
    h("button", { class: "button", text: t("send"), attributes: { type: "submit" } }));
  const root = h("section", { class: "agenda-message card", aria: { label: t("message to the stage") } },
    h("h3", { class: "agenda-section", text: t("message to the stage") }), shown, presets, form);

  const choose = (/** @type {string} */ name) => {
    level = name;
    for (const one of levels.children) setAttribute(one, "aria-pressed", String(one.getAttribute("data-level") === name));
  };
  const ask = (/** @type {string} */ verb, /** @type {Record<string, any>} */ args) =>
    panel.ask("agenda", verb, args).then((result) => result !== null);
  const send = (/** @type {string} */ text, /** @type {string} */ as) => ask("message", { room: roomNow(), text, level: as });
  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return field.focus();
    if (await send(text, level)) field.value = "";
  }

  /** @param {Scene} scene */
  const draw = ({ room: { message }, presets: ready }) => {
    // The server picks the text in the language of the talk; the key shows it in the crew member's own.
    keyed(presets, ready, ({ number, level: as, text }) => `${number} ${as} ${pick(text)}`, ({ number, level: as, text }) => h("button", {
      class: "chip", text: tame(pick(text)), data: { level: as }, attributes: { type: "button" }, on: { click: () => ask("preset", { room: roomNow(), number }) },
    }), () => {});
    shown.hidden = !message;
    if (!message) return;
    const seen = message.seen_by.length > 0;
    setAttribute(shown, "data-level", message.level);
    setText(up, tame(message.text));
    setText(state, t(seen ? "✓ on the stage screen" : "not shown yet"));
    setAttribute(state, "data-tone", seen ? "ok" : "warn");
  };
  return { root, draw, focus: () => field.focus() };
}
