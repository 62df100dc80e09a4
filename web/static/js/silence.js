/**
 * The drawn states of silence: a sign and a sentence that says what is so and what to do.
 *
 * Owns    how they look.
 * Never   decides when a panel is silent.
 * Used by the panel base and page scripts.
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {"empty" | "loading" | "offline" | "denied" | "done"} Kind */

/**
 * @param {Kind} kind
 * @param {string} sentence
 * @returns {HTMLElement}
 */
export function silence(kind, sentence) {
  return h("div", { class: "placeholder", data: { kind } }, icon(kind), h("p", { text: sentence }));
}
