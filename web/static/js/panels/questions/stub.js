/**
 * What stands on the stub of a paper slip, and what became of the slips that were entered here.
 *
 * Owns    the letters of this device and its count: a number can be promised before the server gave one.
 */

/** @import {Question} from './queue.js' */
/** @import {Entry} from '../../outbox.js' */

/**
 * @typedef {{
 *   key: string, receipt: string, number: number | null, body: string, name: string | null, photo: string | null,
 *   state: string, error: Entry["error"], asked: number,
 * }} Slip
 */

const KEPT = "cuedesk-stub";

/** Letters and digits that nobody confuses on paper. */
const SIGNS = "ABCDEFHJKLMNPRTUVWXY3479";

/** @returns {{letters: string, count: number}} */
function stub() {
  const [letters = "", count = ""] = (localStorage.getItem(KEPT) ?? "").split("-");
  if (letters && Number.isInteger(Number(count))) return { letters, count: Number(count) };
  const made = Array.from(crypto.getRandomValues(new Uint8Array(3)), (byte) => SIGNS[byte % SIGNS.length]).join("");
  localStorage.setItem(KEPT, `${made}-0`);
  return { letters: made, count: 0 };
}

/**
 * Take the next number of this device.
 *
 * @returns {string} such as `K7R-12`
 */
export function nextStub() {
  const { letters, count } = stub();
  localStorage.setItem(KEPT, `${letters}-${count + 1}`);
  return `${letters}-${count + 1}`;
}

/** @param {string} receipt */
export const isMyStub = (receipt) => receipt.startsWith(`${stub().letters}-`);

/**
 * Put what waits here and what the server has of it into one list, the newest first.
 *
 * @param {Iterable<Entry>} entries of the outbox
 * @param {Iterable<Question>} questions
 * @param {(receipt: string) => boolean} isMine
 * @returns {Slip[]}
 */
export function slips(entries, questions, isMine) {
  /** @type {Map<string, Slip>} */
  const found = new Map();
  for (const { ref, channel, verb, args, state, error } of entries)
    if (channel === "questions" && verb === "submit" && args["receipt"])
      found.set(args["receipt"], {
        ...{ key: ref, receipt: args["receipt"], number: null, body: args["body"], name: args["name"], photo: args["photo"] },
        ...{ state, error, asked: args["asked_at"] },
      });
  for (const { id, receipt, number, body, name, state, asked_at: asked, received } of questions)
    if (receipt && isMine(receipt))
      found.set(receipt, { key: id, receipt, number, body, name, photo: null, state, error: null, asked: asked ?? received });
  return [...found.values()].sort((a, b) => b.asked - a.asked);
}
