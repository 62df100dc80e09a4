/**
 * What this phone's list has really shown, told now and then: votes are weighed by it.
 *
 * Owns    which questions were in view long enough to be read.
 * Never   asks for an answer, or tells anything twice.
 * Used by the attendee's list.
 */

/** How long a question must be in view, ms. */
const READ = 1_000;
/** How often it is told at most, ms; each phone a little differently. */
const TOLD_EVERY = 8_000;
const SPREAD = 8_000;
const MOST = 100;

export class ShownList {
  /** All that was shown in this life of the page. @type {Set<string>} */
  seen = new Set();
  #panel;
  /** @type {Set<string>} */
  #untold = new Set();
  /** @type {Map<string, any>} */
  #reading = new Map();
  /** @type {any} */
  #timer = null;
  #observer = new IntersectionObserver((entries) => entries.forEach((entry) => this.#passed(entry)), { threshold: 0.6 });

  /** @param {import("../../panel.js").Panel} panel */
  constructor(panel) {
    this.#panel = panel;
    panel.signal.addEventListener("abort", () => {
      this.#observer.disconnect();
      clearTimeout(this.#timer);
    });
  }

  /** Note when an entry comes into view. @param {Element} element its `data-key` is the question's id */
  watch(element) {
    this.#observer.observe(element);
  }

  /** @param {IntersectionObserverEntry} entry */
  #passed({ target, isIntersecting }) {
    const id = target.getAttribute("data-key") ?? "";
    clearTimeout(this.#reading.get(id));
    this.#reading.delete(id);
    if (!isIntersecting || this.seen.has(id)) return;
    this.#reading.set(
      id,
      setTimeout(() => this.#read(id), READ),
    );
  }

  /** @param {string} id */
  #read(id) {
    this.seen.add(id);
    this.#untold.add(id);
    this.#timer ??= setTimeout(() => this.#tell(), TOLD_EVERY + Math.random() * SPREAD);
  }

  #tell() {
    this.#timer = null;
    const questions = [...this.#untold].slice(0, MOST);
    if (this.#panel.link.state !== "live") {
      this.#timer = setTimeout(() => this.#tell(), TOLD_EVERY);
      return;
    }
    this.#untold.clear();
    this.#panel.link.send("questions", "shown", { questions }).catch(() => {});
  }
}
