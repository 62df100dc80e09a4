/**
 * This device's votes: absolute, numbered so that an older one never wins, kept across reloads.
 *
 * The storage is given, so that tests need no browser.
 */

/** @typedef {{on: boolean, n: number}} Vote */
/** @typedef {{getItem(key: string): string | null, setItem(key: string, value: string): void}} Shelf */

const SHELF = "cuedesk.votes";

/** How long after a vote arrived its row may still be on its way, ms. */
const SETTLES = 2_000;

export class Ballot {
  /** @type {Shelf | null} */
  #shelf;
  /** @type {Record<string, Vote>} */
  #votes = {};
  /** When this device last knew better than the server. @type {Map<string, number>} */
  #own = new Map();

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
    this.#own.set(question, performance.now());
    this.#save();
    return { question, on, n };
  }

  /**
   * Take over what the server says this person is for, on whichever device they said so.
   *
   * @param {Iterable<string>} questions the row `my_votes`
   * @param {Set<string>} underWay whose votes have not arrived yet: of them this device knows better
   * @param {number} [now] ms, any clock
   */
  agree(questions, underWay, now = performance.now()) {
    const wanted = new Set(questions);
    for (const id of new Set([...wanted, ...Object.keys(this.#votes)])) {
      if (underWay.has(id)) this.#own.set(id, now);
      if (now - (this.#own.get(id) ?? -Infinity) < SETTLES || this.has(id) === wanted.has(id)) continue;
      this.#votes[id] = { on: wanted.has(id), n: this.#votes[id]?.n ?? 0 };
      this.#save();
    }
  }

  /** Forget a vote that the server did not take: what it says of it counts again. @param {string} question */
  refused(question) {
    this.#own.delete(question);
    const { on, n } = this.#votes[question] ?? { on: true, n: 0 };
    this.#votes[question] = { on: !on, n };
    this.#save();
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
