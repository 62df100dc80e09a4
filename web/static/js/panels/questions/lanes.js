/**
 * Lanes that comments fly in, one behind the other: all fly at one speed, so that none catches up with another.
 *
 * Pure: widths and instants are given.
 */

export class Lanes {
  /** When each lane has room at its entrance again. @type {number[]} */
  #free;
  #speed;
  #gap;

  /**
   * @param {number} count
   * @param {number} speed pixels per ms
   * @param {number} gap pixels between two of one lane
   */
  constructor(count, speed, gap) {
    this.#free = Array.from({ length: Math.max(1, count) }, () => -Infinity);
    this.#speed = speed;
    this.#gap = gap;
  }

  /**
   * Let something in, in the uppermost lane that has room.
   *
   * @param {number} width pixels
   * @param {number} now ms
   * @returns {number | null} its lane; null when all are taken: it has to wait
   */
  take(width, now) {
    const lane = this.#free.findIndex((free) => free <= now);
    if (lane < 0) return null;
    this.#free[lane] = now + (width + this.#gap) / this.#speed;
    return lane;
  }

  /** Make all lanes free: the picture was emptied. */
  clear() {
    this.#free.fill(-Infinity);
  }
}
