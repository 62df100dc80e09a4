/**
 * What a finger and a key mean on the moderator's queue.
 *
 * Pure: a movement or a key in, the meant act out.
 */

/** @import {Question} from './queue.js' */

/** How far a card must be dragged before it acts, px. */
export const SWIPE = 96;

/** A drag that is steeper than this is scrolling. */
const STEEP = 1.2;

/** @type {Record<string, string>} */
const FORWARD = {
  pending: "approve",
  held: "approve",
  approved: "shortlist",
  shortlisted: "next",
  answered: "reopen",
  rejected: "reopen",
  deferred: "reopen",
  expired: "reopen",
};

/** @type {Record<string, string>} */
const BACK = {
  pending: "reject",
  held: "reject",
  approved: "reject",
  shortlisted: "unshortlist",
};

/** What can be thrown up onto the stage. */
const UP = new Set(["approved", "shortlisted", "next"]);

/**
 * Return the act of dragging a card this far: right goes a step forward, left refuses or takes a step back; a card
 * that was lifted (held for a moment) goes up on air. Without lifting, up and down is scrolling.
 *
 * @param {Question} question
 * @param {number} dx px, positive to the right
 * @param {number} dy px, positive downwards
 * @param {boolean} [lifted]
 * @returns {string | null} a verb; null: not far enough, or scrolling
 */
export function swiped(question, dx, dy, lifted = false) {
  if (lifted && dy <= -SWIPE && -dy > Math.abs(dx) * STEEP) return UP.has(question.state) ? "air" : null;
  if (Math.abs(dx) < SWIPE || Math.abs(dy) * STEEP > Math.abs(dx)) return null;
  return (dx > 0 ? FORWARD : BACK)[question.state] ?? null;
}

/**
 * Return where a drag of a card is heading, before it acts.
 *
 * @param {Question} question
 * @param {number} dx px
 * @param {number} [dy] px
 * @param {boolean} [lifted]
 * @returns {string | null}
 */
export function heading(question, dx, dy = 0, lifted = false) {
  if (lifted && -dy > Math.abs(dx)) return UP.has(question.state) ? "air" : null;
  if (dx === 0) return null;
  return (dx > 0 ? FORWARD : BACK)[question.state] ?? null;
}

/** @type {Record<string, string>} */
const KEYS = {
  j: "down",
  arrowdown: "down",
  k: "up",
  arrowup: "up",
  a: "approve",
  r: "reject",
  s: "shortlist",
  n: "next",
  d: "defer",
  e: "edit",
  u: "undo",
  "?": "help",
  enter: "open",
  escape: "close",
  " ": "go",
};

/** With the shift key, what moves the selection moves the question within the shortlist. @type {Record<string, string>} */
const SHIFTED = { down: "later", up: "earlier" };

/**
 * Return what a key asks for; null for keys that mean nothing here or belong to the browser.
 *
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, shiftKey?: boolean}} event
 * @returns {string | null}
 */
export function meant(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const means = KEYS[event.key.toLowerCase()] ?? null;
  return (event.shiftKey && means && SHIFTED[means]) || means;
}

/** What the keys do, for those who ask: key and act. */
export const HELP = /** @type {const} */ ([
  ["J / K", "down / up"],
  ["Shift J / K", "later / earlier in the shortlist"],
  ["A", "Approve"],
  ["S", "Shortlist"],
  ["N", "Set next"],
  ["R", "Reject"],
  ["D", "Defer"],
  ["E", "Edit"],
  ["U", "Undo"],
  ["Enter", "open or close the card"],
  ["Space", "the big button"],
]);

/** The known reasons of a refusal, in the order of their chips. */
export const REASONS = ["off_topic", "duplicate", "unclear", "answered_elsewhere", "no_time", "rude"];
