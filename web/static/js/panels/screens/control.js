/**
 * The screens of the house at the control desk: which are up, what they show, and sending them elsewhere.
 *
 * Owns    the head count and the order of the list.
 * Never   knows more of a screen than its row.
 * Used by the screens panel on the control page.
 */

import { boot } from "../../desk.js";
import { h, keyed, setAttribute, setText } from "../../dom.js";
import { t } from "../../i18n.js";
import { icon } from "../../icons.js";
import { screenId } from "../../identity.js";
import { toast } from "../../toast.js";
import { lines } from "./line.js";
import { sorted } from "./orders.js";

/** @import {Panel} from "../../panel.js" */
/** @import {ScreenRow} from "./orders.js" */

/** @param {Panel} panel */
export function view(panel) {
  const number = h("span");
  const note = h("span", { class: "panel__hero-note" });
  const lost = h("span", { class: "badge", data: { tone: "stale" } }, icon("stale"), h("span"));
  const all = h("button", { class: "button", data: { variant: "quiet" }, attributes: { type: "button" }, text: t("All show who they are"), on: { click: () => void identifyAll(panel) } });
  const hero = h("p", { class: "panel__hero screens-hero" }, number, note, lost);
  const list = h("ul", { class: "screens-list" });
  const empty = panel.placeholder("empty", t("No screen is up. Open a page of the crew on each display; it is listed here by itself."));
  const root = h("div", { class: "screens-view" }, h("div", { class: "panel__head" }, h("h2", { class: "panel__title", text: t("Screens") }), all), hero, list, empty);
  const line = lines(panel);
  void screenId().then((own) => {
    line.own = own;
    panel.redraw();
  });

  const draw = () => {
    const screens = /** @type {ScreenRow[]} */ (panel.each("screen/").map(([, row]) => row));
    const up = screens.filter(({ state }) => state === "up").length;
    const missing = screens.filter(({ state }) => state === "stale").length;
    setText(number, String(up));
    setText(note, t("{n|screen is|screens are} up", { n: up }));
    lost.hidden = missing === 0;
    setText(/** @type {Element} */ (lost.lastChild), t("{n} lost", { n: missing }));
    setAttribute(all, "disabled", up === 0);
    empty.hidden = screens.length > 0;
    keyed(list, sorted(screens, boot.rooms.map(({ id }) => id)), ({ id }) => id, line.make, line.update);
  };
  return { root, draw };
}

/** @param {Panel} panel */
async function identifyAll(panel) {
  const done = await panel.ask("screens", "identify", {});
  if (done) toast(t("{n} {n|screen shows who it is|screens show who they are}.", { n: done.screens }), { tone: "ok" });
}
