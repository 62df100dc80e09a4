/**
 * What a message is to a desk: its own, one for it, one that it has not read.
 *
 * Pure: rows in, plain values out.
 */

/**
 * @typedef {{by: string, desk: string, name: string | null, delivered_at: number, read_at: number | null}} Receipt
 * @typedef {{
 *   id: string, room: string, text: string, level: "info" | "urgent", to: string[], by: string, desk: string,
 *   name: string | null, said_at: number, at: number, receipts: Receipt[], rev: number,
 * }} Message
 */

/** How late a message must have come in for its time to be said, ms. */
const LATE = 30_000;

/**
 * Say whether a message is addressed to the desks of a role.
 *
 * @param {Message} message
 * @param {string} role
 */
export const isFor = ({ to }, role) => to.includes(role) || (to.length === 0 && role !== "stage");

/**
 * @param {Message} message
 * @param {string} desk
 */
export const isOwn = (message, desk) => message.desk === desk;

/**
 * Say whether the others do not know yet that this desk has a message.
 *
 * @param {Message} message
 * @param {string} desk
 */
export const lacksReceipt = (message, desk) => !isOwn(message, desk) && !message.receipts.some((receipt) => receipt.desk === desk);

/**
 * Say whether this desk should read a message: it is for its role, somebody else's, and nobody here has read it.
 *
 * @param {Message} message
 * @param {string} desk
 * @param {string} role
 */
export function isUnread(message, desk, role) {
  const own = message.receipts.find((receipt) => receipt.desk === desk);
  return isFor(message, role) && !isOwn(message, desk) && !own?.read_at;
}

/**
 * Sort the receipts of a message: who has read it, the first reader first, and how many more have it on their screens.
 *
 * @param {Message} message
 * @returns {{read: Receipt[], delivered: Receipt[]}}
 */
export function told(message) {
  const read = message.receipts.filter(({ read_at: at }) => at !== null);
  read.sort((a, b) => (a.read_at ?? 0) - (b.read_at ?? 0));
  return { read, delivered: message.receipts.filter(({ read_at: at }) => at === null) };
}

/**
 * Say by how much a message came in later than it was said; 0: no later than any other.
 *
 * @param {Message} message
 * @returns {number} ms
 */
export function lateness({ said_at: said, at }) {
  return at - said >= LATE ? at - said : 0;
}
