/**
 * The answer to "which one is that?": name, page and room across the whole display, for some seconds.
 *
 * Owns    what is drawn over the page meanwhile.
 * Never   outlasts its instant, whatever becomes of the link.
 * Used by the presence of a page.
 */

import { clock } from "../../clock.js";
import { h, tame } from "../../dom.js";
import { nameOf, placeWord } from "./labels.js";

/** @import {Place, ScreenRow} from "./orders.js" */

/** @type {HTMLElement | null} */
let drawn = null;
/** @type {any} */
let timer = null;

/**
 * Show who this display is until its row's instant; nothing when that is past.
 *
 * @param {ScreenRow} row
 * @param {Place} here
 */
export function drawIdentity(row, here) {
  clearTimeout(timer);
  drawn?.remove();
  drawn = null;
  const left = (row.identify_until ?? 0) - clock.now();
  if (left <= 0) return;
  const small = [`${innerWidth} × ${innerHeight}`, tame(row.id).slice(-4).toUpperCase()].join(" · ");
  drawn = h(
    "section",
    { class: "screen-identity", attributes: { role: "status" } },
    h("p", { class: "screen-identity__name" }, h("bdi", { text: nameOf(row) })),
    h("p", { class: "screen-identity__place", text: placeWord(here) }),
    h("p", { class: "screen-identity__rest", text: small }),
  );
  document.body.append(drawn);
  timer = setTimeout(() => {
    drawn?.remove();
    drawn = null;
  }, left);
}
