/**
 * Sounds and taps of the door, so that eyes may stay on the person.
 *
 * Owns    the tune of each verdict, and whether it is wanted on this device.
 */

import { play } from "../../../sound.js";

const SHELF = "cuedesk.door.sound";

/** Notes of each verdict: hertz, start and length in seconds. @type {Record<string, import("../../../sound.js").Note[]>} */
const TUNES = {
  ok: [
    [880, 0, 0.08],
    [1320, 0.09, 0.12],
  ],
  attention: [
    [660, 0, 0.12],
    [660, 0.18, 0.12],
    [990, 0.36, 0.18],
  ],
  bad: [[220, 0, 0.35]],
  saved: [[520, 0, 0.1]],
};

/** @type {Record<string, number[]>} */
const TAPS = { ok: [40], attention: [60, 60, 60], bad: [250], saved: [30] };

/** @returns {boolean} whether this device is to make sounds */
export function isLoud() {
  return localStorage.getItem(SHELF) !== "off";
}

/** @param {boolean} on */
export function setLoud(on) {
  localStorage.setItem(SHELF, on ? "on" : "off");
}

/**
 * Sound a verdict.
 *
 * @param {string} tone
 */
export function chime(tone) {
  navigator.vibrate?.(TAPS[tone] ?? []);
  if (isLoud()) play(TUNES[tone] ?? []);
}
