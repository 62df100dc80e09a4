/**
 * This device's votes: absolute, numbered so that an older one never wins, kept across reloads.
 *
 * The storage is given, so that tests need no browser.
 */

/** @typedef {{on: boolean, n: number}} Vote */
/** @typedef {{getItem(key: string): string | null, setItem(key: string, value: string): void}} Shelf */

const SHELF = "cuedesk.votes";

export class Ballot {
  /** @type {Shelf | null} */
  #shelf;
  /** @type {Record<string, Vote>} */
  #votes = {};

  /** @param {Shelf | null} shelf where votes outlive the page; null when the browser keeps nothing */
  constructor(shelf) {
    this.#shelf = shelf;
    this.#votes = this.#load();
  }

  /**
   * @param {string} question
   * @returns {boolean} whether this device's last word is a vote
   */
  has(question) {
    return this.#votes[question]?.on ?? false;
  }

  /**
   * Turn the vote on or off and return what to send.
   *
   * The number is the instant, or one more than the last: it rises on this device, and across a person's devices.
   *
   * @param {string} question
   * @param {boolean} on
   * @param {number} now ms
   * @returns {{question: string, on: boolean, n: number}}
   */
  cast(question, on, now) {
    const n = Math.max(Math.trunc(now), (this.#votes[question]?.n ?? 0) + 1);
    this.#votes[question] = { on, n };
    this.#save();
    return { question, on, n };
  }

  #load() {
    try {
      const kept = JSON.parse(this.#shelf?.getItem(SHELF) ?? "{}");
      return kept !== null && typeof kept === "object" ? kept : {};
    } catch {
      return {};
    }
  }

  #save() {
    try {
      this.#shelf?.setItem(SHELF, JSON.stringify(this.#votes));
    } catch {
      // A full or forbidden storage costs the memory of a vote, never the vote.
    }
  }
}

/** Of each ten places, these go to what is new and has hardly been seen. */
const FRESH_PLACES = new Set([4, 9]);

/**
 * Order the public list: by votes, with places kept for new ones so that an early lead is not everything.
 *
 * @template {{votes: number, number: number}} Q
 * @param {Q[]} questions
 * @returns {Q[]}
 */
export function publicOrder(questions) {
  const byVotes = [...questions].sort((a, b) => b.votes - a.votes || a.number - b.number);
  const newest = [...questions].sort((a, b) => b.number - a.number);
  const placed = new Set();
  /** @type {Q[]} */
  const order = [];
  while (order.length < questions.length) {
    const source = FRESH_PLACES.has(order.length % 10) ? newest : byVotes;
    const taken = /** @type {Q} */ (source.find((question) => !placed.has(question)));
    placed.add(taken);
    order.push(taken);
  }
  return order;
}
