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

/**
 * Return the act of dragging a card this far: right goes a step forward, left refuses or takes a step back.
 *
 * @param {Question} question
 * @param {number} dx px, positive to the right
 * @param {number} dy px
 * @returns {string | null} a verb; null: not far enough, or scrolling
 */
export function swiped(question, dx, dy) {
  if (Math.abs(dx) < SWIPE || Math.abs(dy) * STEEP > Math.abs(dx)) return null;
  return (dx > 0 ? FORWARD : BACK)[question.state] ?? null;
}

/**
 * Return where a drag of a card is heading, before it acts.
 *
 * @param {Question} question
 * @param {number} dx px
 * @returns {string | null}
 */
export function heading(question, dx) {
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
  u: "undo",
  enter: "open",
  escape: "close",
  " ": "go",
};

/**
 * Return what a key asks for; null for keys that mean nothing here or belong to the browser.
 *
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean}} event
 * @returns {string | null}
 */
export function meant(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return KEYS[event.key.toLowerCase()] ?? null;
}

/** The known reasons of a refusal, in the order of their chips. */
export const REASONS = ["off_topic", "duplicate", "unclear", "answered_elsewhere", "no_time", "rude"];
