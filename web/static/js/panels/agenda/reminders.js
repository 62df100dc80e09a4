/**
 * When the person on stage is reminded of the time: pure functions.
 *
 * Owns    the instants of the reminders, and the word that stands for a while after one that no colour tells.
 * Never   shows or sounds anything.
 * Used by the stage view of the agenda panel and its tests.
 */

import { MINUTE } from "./model.js";

/** How much time is left at each reminder, ms. */
export const REMINDERS = [10 * MINUTE, 5 * MINUTE, MINUTE, 0];

/** How long a reminder stands in words, ms. */
const STANDS = 15_000;

/**
 * The reminder that fell due between two looks at the same countdown; the last one if there were several.
 *
 * @param {number} before what was left at the former look, ms
 * @param {number} left what is left now, ms
 * @param {number} duration of the item: an item of five minutes does not begin with a reminder
 * @returns {number | null}
 */
export function crossed(before, left, duration) {
  return REMINDERS.findLast((at) => at < duration && before > at && left <= at) ?? null;
}

/**
 * Whether the first reminder has just fallen due: the later ones have colours of their own.
 *
 * @param {number} left
 * @param {number} duration
 */
export function isTenMinutes(left, duration) {
  const [first = 0] = REMINDERS;
  return duration > first && left <= first && left > first - STANDS;
}
