/**
 * A new item in the rundown: something to fill the time, right behind another item.
 *
 * Owns    the dialog with its title, length and kind, and what inserting it would do.
 * Never   makes an item by itself: the list follows the server's rows.
 * Used by the rundown.
 */
import { h, setText } from "../../dom.js";
import { t } from "../../i18n.js";
import { explain } from "../../toast.js";
import { choice, ending, labelled, minutes } from "./edit.js";
import { MINUTE } from "./model.js";
import { outcome } from "./outcome.js";

/** @import {CommandError} from "../../command.js" */
/** @import {ItemRow} from "./model.js" */

const USUAL = 5;

/** @param {import("../../panel.js").Panel} panel */
export function inserter(panel) {
  /** @type {ItemRow|null} */
  let behind = null;
  const title = h("input", { attributes: { name: "title", required: true, maxlength: 300, autocomplete: "off" } });
  const duration = minutes("duration", 1);
  const kind = choice("kind", [["filler", "filler"], ["talk", "talk"], ["break", "break"], ["ceremony", "ceremony"]]);
  const said = h("p", { class: "agenda-edit__said", attributes: { role: "alert" } });
  const told = outcome(panel);
  const form = h("form", { class: "agenda-edit", on: { submit: (event) => void insert(event), input: () => ask() } },
    h("h3", { class: "agenda-section", text: t("insert an item") }),
    labelled("title", title),
    h("div", { class: "agenda-edit__pair" }, labelled("minutes", duration), labelled("kind", kind)),
    said, told.root,
    ending("insert", () => root.close()));
  const root = h("dialog", { class: "dialog agenda-edit__dialog", aria: { label: t("insert an item") }, on: { close: () => told.clear() } }, form);

  /** @param {ItemRow} item the one that it follows */
  const open = (item) => {
    behind = item;
    title.value = t("Interlude");
    duration.value = String(USUAL);
    setText(said, "");
    root.showModal();
    title.select();
    ask();
  };

  const wish = () => behind && title.value.trim() && form.checkValidity()
    ? { room: behind.room, after: behind.id, title: title.value.trim(), duration: Number(duration.value) * MINUTE, kind: kind.value }
    : null;
  const ask = () => told.soon("insert", wish());

  /** @param {Event} event */
  async function insert(event) {
    event.preventDefault();
    const wanted = wish();
    if (!wanted) return;
    try {
      await panel.link.send("agenda", "insert", wanted);
      root.close();
    } catch (error) {
      setText(said, explain(/** @type {CommandError} */ (error)));
    }
  }
  return { root, open };
}
