/**
 * One item, opened for changing.
 *
 * Owns    the dialog with an item's plan; it sends only what was changed, and says before what that would do.
 * Never   overwrites what somebody else changed meanwhile without saying so, or loses what was typed.
 * Used by the control view of the agenda panel.
 */
import { whoWord } from "../../actor.js";
import { h, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, t } from "../../i18n.js";
import { explain } from "../../toast.js";
import { MINUTE } from "./model.js";
import { outcome } from "./outcome.js";
import { instantOf } from "./plans.js";

/** @import {CommandError} from "../../command.js" */
/** @import {ItemRow, Scene} from "./model.js" */
/** @typedef {{word: string, input: any, read: (item: ItemRow) => string, wish: (typed: string, item: ItemRow) => Record<string, any>|null}} Field */

const READ = 800;

/** @param {import("../../panel.js").Panel} panel */
export function editor(panel) {
  /** The item as it was when it was last seen here: what was typed counts from it. @type {ItemRow|null} */
  let base = null;
  const fields = fieldsOf();
  const said = h("p", { class: "agenda-edit__said", attributes: { role: "alert" } });
  const told = outcome(panel);
  const form = h("form", { class: "agenda-edit", on: { submit: (event) => void save(event), input: () => ask() } },
    h("h3", { class: "agenda-section", text: t("change this item") }),
    ...["title", "speakers"].map((name) => placed(fields, name)),
    h("div", { class: "agenda-edit__pair" }, placed(fields, "start"), placed(fields, "minutes")),
    h("div", { class: "agenda-edit__pair" }, placed(fields, "start_kind"), placed(fields, "least")),
    h("div", { class: "agenda-edit__pair" }, placed(fields, "gap_kind"), placed(fields, "end_kind")),
    h("label", { class: "agenda-edit__check" }, fields["optional"]?.input ?? "", h("span", { text: t("may be dropped when time is short") })),
    said, told.root,
    ending("save", () => root.close()));
  const root = h("dialog", { class: "dialog agenda-edit__dialog", aria: { label: t("change this item") }, on: { close: () => told.clear() } }, form);

  /** @param {ItemRow} row */
  const open = (row) => {
    base = row;
    setText(said, "");
    for (const { input, read } of Object.values(fields)) fill(input, read(row));
    root.showModal();
    fields["title"]?.input.select();
  };

  /** What is typed, as arguments of `edit`; null while something is not fit to be sent. @returns {Record<string, any>|null} */
  const wishes = () => {
    if (!base) return null;
    const wanted = {};
    for (const { input, read, wish } of Object.values(fields)) {
      const typed = typedIn(input);
      if (typed === read(base)) continue;
      const args = wish(typed, base);
      if (!args) return null;
      Object.assign(wanted, args);
    }
    return wanted;
  };
  const ask = () => {
    const wanted = form.checkValidity() ? wishes() : null;
    told.soon("edit", base && wanted && Object.keys(wanted).length > 0 ? { item: base.id, ...wanted } : null);
  };

  /** @param {Event} event */
  async function save(event) {
    event.preventDefault();
    const wanted = wishes();
    if (!base) return;
    if (!wanted) return setText(said, t("Write the time of day like 09:41."));
    if (Object.keys(wanted).length === 0) return root.close();
    // Nobody has read in so short a time that a colleague was faster: the finger was on its way already.
    if (form.hasAttribute("data-unread")) return;
    try {
      await panel.link.send("agenda", "edit", { item: base.id, ...wanted }, { rev: base.rev });
      root.close();
    } catch (error) {
      const { code, detail } = /** @type {CommandError} */ (error);
      if (code === "conflict" && detail["row"]) meet(/** @type {any} */ (detail["row"]), String(detail["by"] ?? ""));
      else setText(said, explain(/** @type {CommandError} */ (error)));
    }
  }

  /**
   * Somebody else has changed the item: untouched fields follow, what was typed here stays.
   *
   * @param {ItemRow} row @param {string} by
   */
  const meet = (row, by) => {
    if (!base) return;
    const theirs = Object.values(fields).filter(({ read }) => read(row) !== read(/** @type {ItemRow} */ (base)));
    for (const { input, read } of theirs) if (typedIn(input) === read(base)) fill(input, read(row));
    const list = theirs.map(({ word, input, read }) => `${t(word)}: ${spoken(input, read(row))}`).join(" · ");
    base = row;
    if (list) {
      setAttribute(form, "data-unread", true);
      setTimeout(() => setAttribute(form, "data-unread", null), READ);
    }
    const person = by ? whoWord(by) : t("somebody");
    if (list) setText(said, t("{who} has changed this meanwhile: {list}. What you typed still stands; saving puts it over theirs.", { who: person, list }));
    ask();
  };

  /** @param {Scene} scene */
  const draw = ({ items, changes }) => {
    const row = root.open && base ? items.find(({ id }) => id === base?.id) : null;
    if (!row || row.rev <= (base?.rev ?? 0)) return;
    const last = changes.filter(({ item }) => item === row.id).sort((a, b) => Number(b.id) - Number(a.id))[0];
    meet(row, last?.by ?? "");
  };
  return { root, open, draw };
}

/** @returns {Record<string, Field>} */
function fieldsOf() {
  const asMinutes = (/** @type {"duration"|"min_duration"} */ name) => ({
    read: (/** @type {ItemRow} */ item) => String(Math.round(item[name] / MINUTE)),
    // The row counts what was given since; the plan does not.
    wish: (/** @type {string} */ typed, /** @type {ItemRow} */ item) => ({ [name]: Math.max(0, Number(typed) * MINUTE - (name === "duration" ? item.adjusted : 0)) }),
  });
  const asTold = (/** @type {"start_kind"|"end_kind"|"gap_kind"} */ name) => ({
    read: (/** @type {ItemRow} */ item) => item[name], wish: (/** @type {string} */ typed) => ({ [name]: typed }),
  });
  return {
    title: { word: "title", input: text("title", 300), read: ({ title }) => tame(title), wish: (typed) => ({ title: typed.trim() }) },
    speakers: {
      word: "people, with a comma between", input: h("input", { attributes: { name: "speakers", maxlength: 500, autocomplete: "off" } }),
      read: ({ speakers }) => speakers.map(({ name }) => tame(name)).join(", "),
      wish: (typed) => ({ speakers: typed.split(/[,，;；、]/).map((name) => name.trim()).filter(Boolean) }),
    },
    start: {
      word: "planned start", input: h("input", { class: "count", attributes: { name: "start", inputmode: "numeric", maxlength: 5, required: true, autocomplete: "off" } }),
      read: ({ planned }) => formatClock(planned.start),
      wish: (typed, { planned }) => {
        const instant = instantOf(typed, planned.start, formatClock);
        return instant === null ? null : { planned_start: instant };
      },
    },
    minutes: { word: "minutes", input: minutes("duration", 1), ...asMinutes("duration") },
    least: { word: "at least, minutes", input: minutes("min_duration", 0), ...asMinutes("min_duration") },
    start_kind: { word: "start", input: choice("start_kind", [["soft", "moves with the rest"], ["hard", "must start on time"]]), ...asTold("start_kind") },
    end_kind: { word: "end", input: choice("end_kind", [["duration", "after its length"], ["fixed", "at its time, however late it began"]]), ...asTold("end_kind") },
    gap_kind: { word: "gap before", input: choice("gap_kind", [["buffer", "may be used up"], ["turnover", "set-up, must stay"], ["break", "break, may shrink"]]), ...asTold("gap_kind") },
    optional: {
      word: "may be dropped when time is short", input: h("input", { attributes: { type: "checkbox", name: "optional" } }),
      read: ({ optional }) => String(optional), wish: (typed) => ({ optional: typed === "true" }),
    },
  };
}

/** @param {any} input */
const typedIn = (input) => (input.type === "checkbox" ? String(input.checked) : input.value);

/** @param {any} input @param {string} value */
const fill = (input, value) => void (input.type === "checkbox" ? (input.checked = value === "true") : (input.value = value));

/** A field's value as its reader sees it. @param {any} input @param {string} value */
const spoken = (input, value) => (input instanceof HTMLSelectElement ? [...input.options].find((option) => option.value === value)?.text ?? value : `“${value}”`);

/** @param {Record<string, Field>} fields @param {string} name */
const placed = (fields, name) => labelled(fields[name]?.word ?? "", fields[name]?.input);

/** @param {string} name @param {number} maxlength */
const text = (name, maxlength) => h("input", { attributes: { name, required: true, maxlength, autocomplete: "off" } });

/** A field for a whole number of minutes. @param {string} name @param {number} least */
export function minutes(name, least) {
  return h("input", { attributes: { type: "number", inputmode: "numeric", name, min: least, max: 1440, step: 1, required: true } });
}

/** @param {string} name @param {[string, string][]} options */
export function choice(name, options) {
  return h("select", { attributes: { name } },
    ...options.map(([value, word]) => h("option", { text: t(word), attributes: { value } })));
}

/** The end of a dialog: leave it, or do what it says. @param {string} word @param {() => void} leave */
export function ending(word, leave) {
  return h("div", { class: "dialog__actions" },
    h("button", { class: "button", text: t("cancel"), data: { variant: "quiet" }, attributes: { type: "button" }, on: { click: leave } }),
    h("button", { class: "button", text: t(word), data: { variant: "primary" }, attributes: { type: "submit" } }));
}

/** A field under its word. @param {string} word @param {HTMLElement} field */
export const labelled = (word, field) => h("label", { class: "field" }, h("span", { class: "field__label", text: t(word) }), field);
