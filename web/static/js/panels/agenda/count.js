/**
 * A countdown: its shape, its digits and its word change together.
 *
 * Owns    the words and looks of the phases.
 * Never   decides a phase.
 * Used by every view of the agenda panel.
 */
import { h, setAttribute, setText } from "../../dom.js";
import { formatCount, t } from "../../i18n.js";

/** @import {Phase, Scene} from "./model.js" */

/** @type {Record<Phase, string>} */
const WORDS = { calm: "remaining", soon: "wrap up", last: "last minute", over: "over time", idle: "" };

/**
 * The word that goes with a countdown's colour and shape.
 *
 * @param {Scene} scene
 */
export const phaseWord = (scene) => t(scene.paused ? "paused" : WORDS[scene.phase]);

/** The name of a phase for style sheets: a pause has a look of its own. @param {Scene} scene */
export const phaseLook = (scene) => (scene.paused ? "paused" : scene.phase);

/** A countdown: its shape, its digits and its word, drawn by `drawCount`. */
export function countdown() {
  return h("p", { class: "agenda-count" },
    h("i", { class: "agenda-shape", aria: { hidden: true } }),
    h("span", { class: "count agenda-count__digits" }),
    h("span", { class: "agenda-count__word" }));
}

/**
 * @param {Element} element made by `countdown`
 * @param {Scene} scene
 */
export function drawCount(element, scene) {
  setAttribute(element, "data-phase", phaseLook(scene));
  const [, digits, word] = element.children;
  if (digits) setText(digits, scene.left === null ? "--:--" : formatCount(scene.left));
  if (word) setText(word, phaseWord(scene));
}
