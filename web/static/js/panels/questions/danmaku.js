/**
 * Comments that fly over a picture.
 *
 * Owns    what is drawn right now, and who waits for a lane.
 * Never   draws what the rows do not offer at this very moment: what leaves them, or is changed, is taken off at once.
 * Used by the questions' view of the overlay.
 */

import { h, tame } from "../../dom.js";
import { Lanes } from "./lanes.js";

/** @typedef {{id: string, number: number, body: string, at: number}} Comment */

/** How long one takes to cross a picture of usual width, ms. */
const CROSSING = 9_000;
/** How long one that stands still is to be read, ms. */
const READING = 6_000;
/** What was let through longer ago has had its time: it is not drawn when a source is opened late. */
const YOUNG = 10_000;
/** How many wait for a lane; of more, the oldest give way. */
const WAITING = 30;
/** As much of a text as can be read while it passes. */
const LONGEST = 80;
const STANDING = 3;
const LANES = 8;

export class Danmaku {
  element = h("div", { class: "danmaku", attributes: { role: "log" }, aria: { hidden: true } });
  /** @type {Set<string>} */
  #seen = new Set();
  /** @type {Comment[]} */
  #waiting = [];
  /** @type {Map<string, {element: HTMLElement, body: string, flight: Animation | null, timer: any}>} */
  #drawn = new Map();
  /** @type {Lanes | null} */
  #lanes = null;
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  /**
   * Draw what is offered, as far as there is room.
   *
   * @param {Comment[]} offered
   * @param {number} now server time
   */
  show(offered, now) {
    const bodies = new Map(offered.map(({ id, body }) => [id, body]));
    for (const [id, { body }] of this.#drawn) if (bodies.get(id) !== body) this.#drop(id);
    this.#waiting = this.#waiting.filter(({ id, body }) => bodies.get(id) === body);
    for (const comment of offered) {
      if (this.#seen.has(key(comment))) continue;
      this.#seen.add(key(comment));
      if (now - comment.at < YOUNG) this.#waiting.push(comment);
    }
    this.#waiting = this.#waiting.slice(-WAITING);
    this.#fill();
  }

  /** Take everything off, now. */
  clear() {
    for (const id of [...this.#drawn.keys()]) this.#drop(id);
    this.#waiting = [];
    this.#lanes?.clear();
  }

  #fill() {
    while (this.#waiting.length > 0) {
      const comment = /** @type {Comment} */ (this.#waiting[0]);
      if (!(this.#still.matches ? this.#stand(comment) : this.#fly(comment))) break;
      this.#waiting.shift();
    }
  }

  /** @param {Comment} comment @returns {boolean} whether there was room */
  #fly(comment) {
    const width = this.element.clientWidth;
    const speed = width / CROSSING;
    this.#lanes ??= new Lanes(LANES, speed, width / 25);
    const element = this.#make(comment);
    const own = element.offsetWidth;
    const lane = this.#lanes.take(own, performance.now());
    if (lane === null) {
      element.remove();
      return false;
    }
    element.style.setProperty("--lane", String(lane));
    const path = [{ transform: `translateX(${width}px)` }, { transform: `translateX(${-own}px)` }];
    const flight = element.animate(path, { duration: (width + own) / speed, fill: "both" });
    flight.onfinish = () => this.#drop(comment.id);
    this.#drawn.set(comment.id, { element, body: comment.body, flight, timer: setTimeout(() => this.#fill(), own / speed + CROSSING / 20) });
    return true;
  }

  /** @param {Comment} comment @returns {boolean} whether there was room */
  #stand(comment) {
    if (this.#drawn.size >= STANDING) return false;
    const element = this.#make(comment);
    element.dataset["still"] = "";
    const over = () => {
      this.#drop(comment.id);
      this.#fill();
    };
    this.#drawn.set(comment.id, { element, body: comment.body, flight: null, timer: setTimeout(over, READING) });
    return true;
  }

  /** @param {Comment} comment */
  #make({ body }) {
    const signs = [...tame(body).replace(/\s+/g, " ")];
    const text = signs.length > LONGEST ? `${signs.slice(0, LONGEST).join("")}…` : signs.join("");
    const element = h("p", { class: "danmaku__comment" }, h("bdi", { text }));
    this.element.append(element);
    return element;
  }

  /** @param {string} id */
  #drop(id) {
    const drawn = this.#drawn.get(id);
    this.#drawn.delete(id);
    clearTimeout(drawn?.timer);
    if (drawn?.flight) drawn.flight.onfinish = null;
    drawn?.flight?.cancel();
    drawn?.element.remove();
  }
}

/** A text that was let through anew flies again. @param {Comment} comment */
const key = ({ id, at, body }) => `${id} ${at} ${body}`;
