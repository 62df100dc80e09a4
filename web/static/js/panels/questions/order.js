/**
 * The public list's order: by votes, with places kept for new ones so that an early lead is not everything.
 *
 * Pure: what this phone has shown, and which phone it is, are given.
 */

/** Of each ten places, these go to what is new and has hardly been seen. */
const FRESH_PLACES = new Set([4, 9]);
/** How many of the newest may have one. */
const RECENT = 60;

/**
 * @template {{votes: number, number: number}} Q
 * @param {Q[]} questions
 * @param {Q[]} [fresh] who has the places that are kept, first come first served; the newest unless told
 * @returns {Q[]}
 */
export function publicOrder(questions, fresh = newest(questions)) {
  const byVotes = [...questions].sort((a, b) => b.votes - a.votes || a.number - b.number);
  const placed = new Set();
  /** @type {Q[]} */
  const order = [];
  while (order.length < questions.length) {
    const kept = FRESH_PLACES.has(order.length % 10) ? fresh.find((question) => !placed.has(question)) : undefined;
    const taken = /** @type {Q} */ (kept ?? byVotes.find((question) => !placed.has(question)));
    placed.add(taken);
    order.push(taken);
  }
  return order;
}

/**
 * The new questions that this phone has shown least: unseen ones first. Among equals each phone takes others, so that a
 * crowd's phones together show all of them.
 *
 * @template {{id: string, number: number}} Q
 * @param {Q[]} questions
 * @param {{has(id: string): boolean}} seen what this phone has shown
 * @param {string} phone
 * @returns {Q[]}
 */
export function freshOf(questions, seen, phone) {
  const recent = newest(questions).slice(0, RECENT);
  const rank = new Map(recent.map(({ id }) => [id, (seen.has(id) ? 1 : 0) + scatter(phone + id)]));
  return recent.sort((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
}

/** @template {{number: number}} Q @param {Q[]} questions */
const newest = (questions) => [...questions].sort((a, b) => b.number - a.number);

/** @param {string} text @returns {number} from 0 to 1, the same each time, without a pattern */
function scatter(text) {
  let hash = 2166136261;
  for (const sign of text) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 16777619);
  // The last signs must reach the high bits as well.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
