/**
 * A hardware scanner is a keyboard that types very fast and ends with Enter.
 *
 * Pure: keys and instants in, a code out once it is complete.
 */

/** A longer pause than this begins a new code, ms. Scanners take a few, a busy tablet may add some hundred. */
const PAUSE = 500;

/** Shorter than this is a person's stray Enter. */
const SHORTEST = 4;

export class Wedge {
  #typed = "";
  #last = -Infinity;

  /**
   * Take one key.
   *
   * @param {string} key as in KeyboardEvent.key
   * @param {number} at ms
   * @returns {string | null} the scanned code, once Enter ends it
   */
  key(key, at) {
    if (at - this.#last > PAUSE) this.#typed = "";
    this.#last = at;
    if (key === "Enter") return this.#end();
    if ([...key].length === 1) this.#typed += key;
    return null;
  }

  #end() {
    const code = this.#typed;
    this.#typed = "";
    return code.length >= SHORTEST ? code : null;
  }
}

/** How long the same code in front of the camera counts as one showing, ms. */
export const SAME = 4_000;

/** Keeps a badge that stays in front of a camera from being scanned again and again. */
export class Once {
  #code = "";
  #seen = -Infinity;

  /**
   * @param {string} code
   * @param {number} at ms
   * @returns {boolean} whether this is a new showing
   */
  fresh(code, at) {
    const same = code === this.#code && at - this.#seen < SAME;
    this.#code = code;
    this.#seen = at;
    return !same;
  }
}

/**
 * Make a nonce: 130 random bits, as scanners of the field do.
 *
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array} fill a source of randomness
 * @returns {string}
 */
export function nonce(fill) {
  const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  return Array.from(fill(new Uint8Array(26)), (byte) => alphabet[byte & 31]).join("");
}
