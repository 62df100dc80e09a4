/**
 * A list that holds still under the finger.
 *
 * Pure: the instants are given. Everything that is new waits until the list has been left alone for a while.
 */

/** How long a list must have been left alone before it may move, ms. */
export const REST = 1_500;

export class Stillness {
  /** @type {string[]} */
  #shown = [];
  /** @type {Set<string>} */
  #own = new Set();
  #touched = -Infinity;

  /**
   * Note a touch: nothing moves until `REST` after it.
   *
   * @param {number} now ms
   */
  touch(now) {
    this.#touched = Math.max(this.#touched, now);
  }

  /** Let go at once: the reader asked for what is new. */
  release() {
    this.#touched = -Infinity;
  }

  /**
   * Note an own act on an entry: it may leave or arrive at once, since its reader moved it.
   *
   * @param {string} key
   */
  moved(key) {
    this.#own.add(key);
  }

  /**
   * Say when the list may move again.
   *
   * @param {number} now ms
   * @returns {number} ms from now; 0 when it already may
   */
  rest(now) {
    return Math.max(0, this.#touched + REST - now);
  }

  /**
   * Arrange the list: as wanted when at rest, else as it stands, with what is new counted and not shown.
   *
   * @param {string[]} wanted keys in the order that the rows ask for
   * @param {number} now ms
   * @returns {{keys: string[], fresh: number, gone: Set<string>}} `gone`: kept for the finger only
   */
  arrange(wanted, now) {
    if (this.rest(now) === 0) {
      this.#shown = [...wanted];
      this.#own.clear();
      return { keys: this.#shown, fresh: 0, gone: new Set() };
    }
    return this.#hold(wanted);
  }

  /** @param {string[]} wanted */
  #hold(wanted) {
    const there = new Set(wanted);
    const kept = this.#shown.filter((key) => there.has(key) || !this.#own.has(key));
    const known = new Set(kept);
    const arrived = wanted.filter((key) => this.#own.has(key) && !known.has(key));
    this.#shown = [...kept, ...arrived];
    const shown = new Set(this.#shown);
    return {
      keys: this.#shown,
      fresh: wanted.filter((key) => !shown.has(key)).length,
      gone: new Set(kept.filter((key) => !there.has(key))),
    };
  }
}
