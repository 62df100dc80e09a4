/**
 * What the audience hears being answered.
 *
 * Owns    the attendee view.
 * Never   says what has been answered.
 * Used by the relay panel on a phone.
 */
import { h, setAttribute, setText, tame } from "../../dom.js";
import { t } from "../../i18n.js";
import { who } from "./words.js";

/** @import {Place} from "./words.js" */

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const head = h("p", { class: "relay-air__head" }, h("span", { class: "tally", data: { tone: "live" }, text: t("ON AIR") }), h("span", { class: "relay-air__who" }));
  const body = h("p", { class: "relay-air__body" });
  const root = h("section", { class: "relay-air", aria: { live: "polite", label: t("question on air") } }, head, body);
  return {
    root,
    draw: (/** @type {Place[]} */ [place]) => {
      const air = place?.air ?? null;
      setAttribute(panel, "data-on-air", air !== null);
      setAttribute(root, "data-on-air", air !== null);
      root.hidden = air === null;
      setText(body, air ? tame(air.body) : "");
      setText(/** @type {Element} */ (head.lastChild), air ? `#${air.number} · ${who(air)}` : "");
    },
  };
}
