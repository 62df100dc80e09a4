/**
 * The way of an asker's own question, told honestly step by step.
 *
 * Pure: what the outbox holds and what the server says, in; the steps to draw, out.
 */

/** @import {Question} from './queue.js' */

/**
 * @typedef {{
 *   id: string, key: string, number: number | null, body: string, state: string, reason: string | null,
 *   retryAt: number | null, place: number | null, origin: string, reply: string | null,
 * }} Mine
 */

/** @typedef {{ref: string, channel: string, verb: string, args: any, state: string, error?: {code: string, message: string, detail?: any} | null}} Entry */

/** The straight way: every question that is not stopped goes through these. */
export const STEPS = /** @type {const} */ (["sent", "review", "approved", "next", "on_air", "answered"]);

/** @type {Record<string, number>} */
const REACHED = {
  sending: -1,
  waiting: -1,
  refused: -1,
  pending: 1,
  held: 1,
  approved: 2,
  shortlisted: 2,
  next: 3,
  on_air: 4,
  answered: 5,
};

/** @type {Record<string, string>} */
const TONES = {
  waiting: "stale",
  refused: "bad",
  rejected: "warn",
  held: "info",
  approved: "ok",
  shortlisted: "ok",
  next: "next",
  on_air: "live",
};

/**
 * Say how far a question has come.
 *
 * @param {string} state of the outbox (`sending waiting refused`) or of the question
 * @returns {{reached: number, stopped: boolean, tone: string}} `reached`: index in STEPS, -1 before the first
 */
export function progress(state) {
  return { reached: REACHED[state] ?? 1, stopped: !(state in REACHED) || state === "refused", tone: TONES[state] ?? "info" };
}

/**
 * Put what is still in the outbox and what the server has into one list, the newest first.
 *
 * @param {Iterable<Entry>} entries of the outbox
 * @param {Iterable<Question>} questions own ones, from `me`
 * @param {string} room
 * @returns {Mine[]}
 */
export function myQuestions(entries, questions, room) {
  const waiting = [...entries]
    .filter((entry) => isAsk(entry, room))
    .map(fromOutbox)
    .reverse();
  const known = [...questions].filter((question) => question.room === room);
  known.sort((a, b) => b.number - a.number);
  return [...waiting, ...known.map(fromServer)];
}

/**
 * @param {Entry} entry
 * @param {string} room
 */
function isAsk(entry, room) {
  return entry.channel === "questions" && entry.verb === "submit" && entry.args?.room === room;
}

/**
 * @param {Entry} entry
 * @returns {Mine}
 */
function fromOutbox(entry) {
  return {
    id: "",
    key: entry.ref,
    number: null,
    body: entry.args.body,
    state: entry.state,
    reason: entry.error?.detail?.["reason"] === "words" ? "words" : (entry.error?.code ?? null),
    retryAt: null,
    place: null,
    origin: "remote",
    reply: null,
  };
}

/**
 * @param {Question} question
 * @returns {Mine}
 */
function fromServer(question) {
  return {
    id: question.id,
    key: question.id,
    number: question.number,
    body: question.body,
    state: question.state,
    reason: question.close_reason,
    retryAt: question.retry_at ?? null,
    place: question.place ?? null,
    origin: question.origin,
    reply: question.reply ?? null,
  };
}

/** States in which the asker may still take a question back. */
const REVOCABLE = new Set(["pending", "held", "approved", "shortlisted", "next"]);

/**
 * @param {string} state
 * @returns {boolean} whether its asker may take it back
 */
export function revocable(state) {
  return REVOCABLE.has(state);
}
