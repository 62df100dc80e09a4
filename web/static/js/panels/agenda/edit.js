/**
 * One item, opened for changing.
 *
 * Owns    the dialog with an item's title, length, start and kind; it sends only what was changed.
 * Never   overwrites what somebody else changed meanwhile: it sends the revision it was opened with.
 * Used by the control view of the agenda panel.
 */
import { h, tame } from "../../dom.js";
import { t } from "../../i18n.js";
import { MINUTE } from "./model.js";

/** @import {ItemRow} from "./model.js" */

/** @param {import("../../panel.js").Panel} panel */
export function editor(panel) {
  /** @type {ItemRow|null} */
  let item = null;
  const title = h("input", { attributes: { name: "title", required: true, maxlength: 300 } });
  const duration = minutes("duration", 1);
  const shortest = minutes("min_duration", 0);
  const start = choice("start_kind", [["soft", "moves with the rest"], ["hard", "must start on time"]]);
  const gap = choice("gap_kind", [["buffer", "may be used up"], ["turnover", "set-up, must stay"], ["break", "break, may shrink"]]);
  const optional = h("input", { attributes: { type: "checkbox", name: "optional" } });
  const form = h("form", { class: "agenda-edit", attributes: { method: "dialog" }, on: { submit: () => save() } },
    h("h3", { class: "agenda-section", text: t("change this item") }),
    labelled("title", title),
    h("div", { class: "agenda-edit__pair" }, labelled("minutes", duration), labelled("at least, minutes", shortest)),
    h("div", { class: "agenda-edit__pair" }, labelled("start", start), labelled("gap before", gap)),
    h("label", { class: "agenda-edit__check" }, optional, h("span", { text: t("may be dropped when time is short") })),
    ending("save", () => root.close()));
  const root = h("dialog", { class: "dialog", aria: { label: t("change this item") } }, form);

  /** @param {ItemRow} row */
  const open = (row) => {
    item = row;
    title.value = tame(row.title);
    duration.value = String(Math.round(row.duration / MINUTE));
    shortest.value = String(Math.round(row.min_duration / MINUTE));
    start.value = row.start_kind;
    gap.value = row.gap_kind;
    optional.checked = row.optional;
    root.showModal();
    title.select();
  };

  const save = () => {
    if (!item) return;
    const changes = changed(item, {
      title: title.value.trim(),
      duration: Number(duration.value) * MINUTE,
      min_duration: Number(shortest.value) * MINUTE,
      start_kind: start.value,
      gap_kind: gap.value,
      optional: optional.checked,
    });
    if (Object.keys(changes).length === 0) return;
    void panel.ask("agenda", "edit", { item: item.id, ...changes }, { rev: item.rev });
  };
  return { root, open };
}

/**
 * The members that differ from the item; a length that shows the same number of minutes was not changed.
 *
 * @param {ItemRow} item
 * @param {Pick<ItemRow, "title"|"duration"|"min_duration"|"start_kind"|"gap_kind"|"optional">} wanted
 * @returns {Partial<ItemRow>}
 */
export function changed(item, wanted) {
  const asShown = (/** @type {unknown} */ value) => (typeof value === "number" ? Math.round(value / MINUTE) : value);
  const before = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (item));
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => asShown(before[name]) !== asShown(value)));
}

/** A field for a whole number of minutes. @param {string} name @param {number} least */
export function minutes(name, least) {
  return h("input", { attributes: { type: "number", inputmode: "numeric", name, min: least, max: 1440, step: 1, required: true } });
}

/** @param {string} name @param {[string, string][]} options */
function choice(name, options) {
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
