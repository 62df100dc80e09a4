/**
 * What happened and what needs a person, across panels that do not know each other.
 *
 * Owns    the latest items and each channel's attention.
 * Never   remembers over a reload: panels tell again from their rows.
 * Used by panels (to tell), the ticker, the wall's bar and the control page's rail (to show).
 */

/**
 * @typedef {object} Item
 * @property {number} at server time
 * @property {string} text in the page's language, tamed
 * @property {"info" | "ok" | "warn" | "bad" | "live" | "next"} [tone]
 * @typedef {{tone: "quiet" | "warn" | "bad", count: number, remark: string}} Attention
 */

class News extends EventTarget {
  /** @type {Map<string, Item>} */
  items = new Map();
  /** By channel. @type {Map<string, Attention>} */
  attention = new Map();
  #due = false;

  /**
   * @param {string} key
   * @param {Item | null} item
   */
  tell(key, item) {
    if (item === null) this.items.delete(key);
    else this.items.set(key, item);
    if (this.#due) return;
    // A panel takes back and tells again all its items at once; the screen hears of the outcome.
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      this.dispatchEvent(new Event("items"));
    });
  }

  /**
   * @param {string} channel
   * @param {Attention["tone"]} tone
   * @param {number} count
   * @param {string} [remark] for the wall's top line
   */
  attend(channel, tone, count, remark = "") {
    const known = this.attention.get(channel);
    if (known?.tone === tone && known.count === count && known.remark === remark) return;
    this.attention.set(channel, { tone, count, remark });
    this.dispatchEvent(new Event("attention"));
  }
}

export const news = new News();
