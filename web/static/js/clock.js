/**
 * The server's time, as well as this browser can know it.
 *
 * Owns    the offset to the server's clock, the instant of its last proof, and the one timer of the page.
 * Never   formats a time, or asks the network: the link feeds it answers to pings.
 * Used by the link and by everything that counts.
 */

const KEPT = 8;
const SLEPT = 400;

/**
 * @typedef {object} Timers
 * @property {() => number} monotonic milliseconds that never jump
 * @property {() => number} wall the machine's own idea of the time
 * @property {(fn: () => void, ms: number) => any} set
 * @property {(id: any) => void} clear
 */

/** @type {Timers} */
export const browserTimers = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  set: (fn, ms) => setTimeout(fn, ms),
  clear: (id) => clearTimeout(id),
};

export class Clock {
  /** Server time of the last sign of life from the server; null before the first. @type {number | null} */
  confirmed = null;
  /** Called when the machine slept or its clock was set: the offset wants a fresh ping. @type {() => void} */
  onDoubt = () => {};
  /** The shortest round trip of late, ms; null before the first. @type {number | null} */
  trip = null;
  /** @type {{offset: number, trip: number}[]} */
  #samples = [];
  /** @type {Set<(now: number) => void>} */
  #watchers = new Set();
  #timer = null;
  #lead;
  #offset;
  #timers;

  /** @param {Timers} [timers] */
  constructor(timers = browserTimers) {
    this.#timers = timers;
    this.#lead = timers.wall() - timers.monotonic();
    this.#offset = this.#lead;
  }

  /** Server time now, milliseconds since the epoch. */
  now() {
    this.#notice();
    return Math.round(this.#timers.monotonic() + this.#offset);
  }

  /** How far this machine's own clock is ahead of the server's, in milliseconds. */
  get skew() {
    return Math.round(this.#timers.wall() - this.now());
  }

  /** A local, monotonic stamp: what `sample` wants as the time of sending. */
  stamp() {
    return this.#timers.monotonic();
  }

  /**
   * Learn from one answered ping. Of the last eight, the one with the shortest trip decides.
   *
   * @param {number} sent the stamp at sending
   * @param {number} serverNow
   */
  sample(sent, serverNow) {
    const received = this.#timers.monotonic();
    this.#samples.push({ offset: serverNow - (sent + received) / 2, trip: received - sent });
    if (this.#samples.length > KEPT) this.#samples.shift();
    const best = this.#samples.reduce((best, one) => (one.trip < best.trip ? one : best));
    this.#offset = best.offset;
    this.trip = Math.round(best.trip);
    this.prove();
  }

  /**
   * Take the time of a greeting, which has no known trip, unless better is known.
   *
   * @param {number} serverNow
   */
  hint(serverNow) {
    if (this.#samples.length === 0) this.#offset = serverNow - this.#timers.monotonic();
    this.prove();
  }

  /** The server was heard just now. */
  prove() {
    this.confirmed = this.now();
  }

  /**
   * Call `fn` at each full server second, until `signal` aborts.
   *
   * @param {(now: number) => void} fn
   * @param {AbortSignal} [signal]
   */
  onTick(fn, signal) {
    if (signal?.aborted) return;
    this.#watchers.add(fn);
    signal?.addEventListener("abort", () => this.#forget(fn), { once: true });
    if (this.#timer === null) this.#schedule();
  }

  #schedule() {
    const wait = 1000 - (this.now() % 1000);
    this.#timer = this.#timers.set(() => this.#tick(), wait + 2);
  }

  #tick() {
    this.#schedule();
    const now = this.now();
    for (const fn of [...this.#watchers]) fn(now);
  }

  /** @param {(now: number) => void} fn */
  #forget(fn) {
    this.#watchers.delete(fn);
    if (this.#watchers.size > 0 || this.#timer === null) return;
    this.#timers.clear(this.#timer);
    this.#timer = null;
  }

  /** The monotonic clock stands still while some machines sleep; the wall clock shows by how much. */
  #notice() {
    const lead = this.#timers.wall() - this.#timers.monotonic();
    const jump = lead - this.#lead;
    if (Math.abs(jump) < SLEPT) return;
    this.#lead = lead;
    this.#offset += jump;
    this.#samples = [];
    this.trip = null;
    this.onDoubt();
  }
}

export const clock = new Clock();
