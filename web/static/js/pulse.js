/**
 * Whether the other end is alive, and what the time is there.
 *
 * Owns    the pings under way and the moment something was last heard.
 * Never   sends by itself or holds a timer: the link asks it each second.
 * Used by the link.
 */

/** @import {Clock, Timers} from "./clock.js" */

const PING_EVERY = 10_000;
// The contract's five seconds, less what a timer may be late: two beats of the server were missed.
const STALE_AFTER = 4_500;
const LOST_AFTER = 12_000;
const SOONEST = 50;
const MOST_UNDERWAY = 20;

export class Pulse {
  /** @type {Map<number, number>} */
  #underway = new Map();
  #heard = 0;
  #due = 0;
  #clock;
  #timers;

  /**
   * @param {Clock} clock
   * @param {Timers} timers
   */
  constructor(clock, timers) {
    this.#clock = clock;
    this.#timers = timers;
  }

  /** A connection is being made: silence counts from here. */
  begin() {
    this.#heard = this.#timers.monotonic();
    this.#underway.clear();
  }

  /** Something was heard. */
  hear() {
    this.#heard = this.#timers.monotonic();
    this.#clock.prove();
  }

  /**
   * A ping to send now.
   *
   * @param {number} [nth] makes the stamps of pings of one millisecond differ
   */
  ping(nth = 0) {
    if (this.#underway.size >= MOST_UNDERWAY) this.#underway.clear();
    const ts = this.#timers.wall() + nth;
    this.#due = this.#timers.monotonic() + PING_EVERY;
    this.#underway.set(ts, this.#timers.monotonic());
    return { t: "ping", ts };
  }

  /** @param {{ts: number, now: number}} frame */
  pong({ ts, now }) {
    const sent = this.#underway.get(ts);
    this.#underway.delete(ts);
    if (sent !== undefined) this.#clock.sample(sent, now);
  }

  /**
   * What the silence so far means.
   *
   * @returns {"lost" | "stale" | "due" | "fine"}
   */
  verdict() {
    const now = this.#timers.monotonic();
    if (now - this.#heard >= LOST_AFTER) return "lost";
    if (now - this.#heard >= STALE_AFTER) return "stale";
    return now >= this.#due ? "due" : "fine";
  }

  /** How long until the verdict may change, in milliseconds. */
  wait() {
    const now = this.#timers.monotonic();
    const stale = this.#heard + STALE_AFTER - now;
    return Math.max(SOONEST, stale > 0 ? Math.min(stale, this.#due - now) : this.#heard + LOST_AFTER - now);
  }
}
