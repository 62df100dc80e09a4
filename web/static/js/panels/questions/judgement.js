/**
 * What a moderator weighs: how many more fit, how well a question does, whose turn it is, what is owed.
 *
 * Pure: rows and instants in, plain values out.
 */

/** @import {Question, Session} from './queue.js' */

/**
 * Bring "how many more fit" from the room's last event to now.
 *
 * @param {Session | undefined} session
 * @param {number} now server time, ms
 * @returns {number | null} null: nothing ends
 */
export function fitsNow(session, now) {
  if (session?.until === null || session?.until === undefined) return null;
  return Math.max(0, Math.floor((session.until - now) / Math.max(1, session.pace)));
}

/**
 * Say which share of those who were shown a question are for it.
 *
 * @param {Question} question
 * @returns {{percent: number, seen: number} | null} null: too few have seen it, or it is not known how many
 */
export function rate({ votes, seen }) {
  if (!seen || seen < Math.max(3, votes)) return null;
  return { percent: Math.round((100 * votes) / seen), seen };
}

/**
 * Say which side is owed turns, and how many.
 *
 * @param {Session["meter"] | undefined} meter
 * @returns {{side: "room" | "remote", turns: number} | null}
 */
export function owed(meter) {
  if (meter?.room.owed) return { side: "room", turns: meter.room.owed };
  return meter?.remote.owed ? { side: "remote", turns: meter.remote.owed } : null;
}

/**
 * Say whether taking a question passes over the side whose turn it is.
 *
 * @param {string} verb
 * @param {Question} question
 * @param {Session | undefined} session
 * @param {(id: string) => Question | undefined} find
 * @returns {"room" | "remote" | null} the side that is passed over
 */
export function passedOver(verb, question, session, find) {
  const turn = session?.suggested ? find(session.suggested) : undefined;
  if (!turn || turn.origin === question.origin || question.id === session?.next) return null;
  return ["next", "air"].includes(verb) ? /** @type {"room" | "remote"} */ (turn.origin) : null;
}

/**
 * Find where a question goes in the shortlist when it is moved by some places.
 *
 * @param {string[]} keys the shortlist as it stands
 * @param {string} key
 * @param {number} to the place it is to have, counted from 0
 * @returns {{before: string} | {after: string} | null} null: it stays
 */
export function orderArgs(keys, key, to) {
  const rest = keys.filter((each) => each !== key);
  const place = Math.min(rest.length, Math.max(0, to));
  if (rest.length === keys.length || keys.indexOf(key) === place) return null;
  const before = rest[place];
  return before === undefined ? { after: /** @type {string} */ (rest.at(-1)) } : { before };
}
