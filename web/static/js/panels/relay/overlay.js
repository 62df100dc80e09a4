/**
 * The question on air as a lower third over a picture.
 *
 * Owns    the overlay view.
 * Never   shows what the desk could not take away.
 * Used by the relay panel on the overlay page.
 */
import { clock } from "../../clock.js";
import { h, setAttribute, setText, tame } from "../../dom.js";
import { fit } from "../../fit.js";
import { isTrusted } from "./model.js";
import { who } from "./words.js";

/** @import {Place} from "./words.js" */

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const number = h("span", { class: "relay-overlay__number" });
  const person = h("span");
  const body = h("p", { class: "relay-overlay__body" });
  const root = h("section", { class: "relay-overlay", attributes: { hidden: true } },
    h("p", { class: "relay-overlay__who" }, number, person), body);
  return {
    root,
    draw: (/** @type {Place[]} */ [place], /** @type {number} */ now) => {
      const air = isTrusted(panel.link.state, clock.confirmed, now) ? place?.air ?? null : null;
      root.hidden = air === null;
      setText(body, air ? tame(air.body) : "");
      setText(number, air ? `#${air.number}` : "");
      setText(person, air ? who(air) : "");
      setAttribute(root, "data-length", air ? lengthOf(air.body) : null);
      if (air) fit(body, { min: 24, max: 54 });
    },
  };
}

/** How many lines a text wants; wide characters count twice. @param {string} body */
function lengthOf(body) {
  const wide = body.match(/[\u2E80-\uFFEF]/g)?.length ?? 0;
  const units = body.length + wide;
  return units > 110 ? "long" : units > 52 ? "short" : "brief";
}
