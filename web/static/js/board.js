/**
 * The rows of one topic as this browser holds them.
 *
 * Owns    the rows, and the position they stand at.
 * Never   interprets a row, opens a socket, or guesses a row it was not sent.
 * Used by the link, which feeds it, and panels, which read it.
 */

/**
 * @typedef {Record<string, any>} Row
 * @typedef {[string, number]} Position
 * @typedef {object} RowsFrame
 * @property {"rows"} t
 * @property {string} c
 * @property {string} epoch
 * @property {number | null} from
 * @property {number} to
 * @property {Record<string, Row>} set
 * @property {string[]} del
 */

export class Mirror {
  /** @type {Map<string, Row>} */
  rows = new Map();
  /** @type {string | null} */
  epoch = null;
  offset = 0;

  /** True once a first snapshot has arrived: an empty board is then really empty. */
  get known() {
    return this.epoch !== null;
  }

  /**
   * Where to resume from.
   *
   * @returns {Position | null}
   */
  get position() {
    return this.epoch === null ? null : [this.epoch, this.offset];
  }

  /**
   * Take a snapshot or a delta.
   *
   * @param {RowsFrame} frame
   * @returns {Set<string> | null} the keys whose rows changed or left; null when the frame does not continue
   *   what is held: nothing was applied, and the topic must be subscribed again from `position`.
   */
  apply(frame) {
    if (frame.from === null) return this.#replace(frame);
    if (frame.epoch !== this.epoch || frame.from !== this.offset) return null;
    const changed = new Set(Object.keys(frame.set));
    for (const key of changed) this.rows.set(key, /** @type {Row} */ (frame.set[key]));
    for (const key of frame.del) if (this.rows.delete(key)) changed.add(key);
    this.offset = frame.to;
    return changed;
  }

  /**
   * @param {RowsFrame} frame
   * @returns {Set<string>}
   */
  #replace(frame) {
    const before = this.rows;
    this.rows = new Map(Object.entries(frame.set));
    this.epoch = frame.epoch;
    this.offset = frame.to;
    const changed = new Set([...before.keys()].filter((key) => !this.rows.has(key)));
    for (const [key, row] of this.rows) {
      // Only rows that differ count as changed, so that a resume by snapshot does not wash the whole screen.
      if (JSON.stringify(before.get(key)) !== JSON.stringify(row)) changed.add(key);
    }
    return changed;
  }
}
