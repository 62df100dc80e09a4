/**
 * A new item in the rundown: something to fill the time, right behind another item.
 *
 * Owns    the dialog with its title and length.
 * Never   makes an item by itself: the list follows the server's rows.
 * Used by the rundown.
 */
import { h } from "../../dom.js";
import { t } from "../../i18n.js";
import { ending, labelled, minutes } from "./edit.js";
import { MINUTE } from "./model.js";

/** @import {ItemRow} from "./model.js" */

const USUAL = 5;

/** @param {import("../../panel.js").Panel} panel */
export function inserter(panel) {
  /** @type {ItemRow|null} */
  let behind = null;
  const title = h("input", { attributes: { name: "title", required: true, maxlength: 300, autocomplete: "off" } });
  const duration = minutes("duration", 1);
  const form = h("form", { class: "agenda-edit", attributes: { method: "dialog" }, on: { submit: () => insert() } },
    h("h3", { class: "agenda-section", text: t("insert an item") }),
    h("div", { class: "agenda-edit__new" }, labelled("title", title), labelled("minutes", duration)),
    ending("insert", () => root.close()));
  const root = h("dialog", { class: "dialog", aria: { label: t("insert an item") } }, form);

  /** @param {ItemRow} item the one that it follows */
  const open = (item) => {
    behind = item;
    title.value = t("Interlude");
    duration.value = String(USUAL);
    root.showModal();
    title.select();
  };

  const insert = () => {
    if (!behind || !title.value.trim()) return;
    const { room, id: after } = behind;
    void panel.ask("agenda", "insert", { room, after, title: title.value.trim(), duration: Number(duration.value) * MINUTE, kind: "filler" });
  };
  return { root, open };
}
