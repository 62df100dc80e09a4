/**
 * One WebSocket for the whole page, kept alive by itself.
 *
 * Owns    the connection and its health.
 * Never   interprets a row, stores anything over a reload (the outbox does), or shows anything.
 * Used by panels, through their base, and the outbox.
 *
 * How it works: each (re)connection starts with the server's `hello`; then every topic is subscribed from the
 * position its mirror holds, and every unanswered command is sent again under the ref it had, which the server
 * answers once. Silence makes the link stale, long silence makes it look for a new connection: a half-open one
 * would report its end only minutes later.
 */

import { browserTimers } from "./clock.js";
import { CommandError, Errands, uuid } from "./command.js";
import { Pulse } from "./pulse.js";
import { Topics } from "./topics.js";

/** @import {Clock, Timers} from "./clock.js" */
/** @import {Mirror} from "./board.js" */
/** @import {OnChange} from "./topics.js" */

const BACKOFF_FIRST = 250;
const BACKOFF_MOST = 8_000;
const GREETING_PINGS = 3;

/**
 * @typedef {"connecting" | "live" | "stale" | "offline" | "ended"} LinkState
 * @typedef {object} SocketLike
 * @property {(text: string) => void} send
 * @property {(code?: number, reason?: string) => void} close
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onclose
 * @typedef {object} Surroundings
 * @property {Clock} clock
 * @property {(url: string) => SocketLike} [socket]
 * @property {Timers} [timers]
 * @property {() => number} [random]
 */

export class Link extends EventTarget {
  /** @type {LinkState} */
  state = "connecting";
  /** The server's greeting of the present connection, null while there is none. @type {any} */
  hello = null;
  /** Why the link ended for good. @type {{code: number, reason: string} | null} */
  ending = null;
  /** Appended to the address, such as the key that a new attendee was given. */
  suffix = "";
  /** @type {SocketLike | null} */
  #socket = null;
  #topics = new Topics((frame) => this.#transmit(frame));
  #errands;
  #attempt = 0;
  /** @type {any} */
  #retry = null;
  /** @type {any} */
  #watch = null;
  #url;
  #clock;
  #timers;
  #random;
  #pulse;
  /** @type {(address: string) => SocketLike} */
  #open;

  /**
   * @param {string} url
   * @param {Surroundings} surroundings
   */
  constructor(url, { clock, timers = browserTimers, random = Math.random, socket }) {
    super();
    this.#url = url;
    this.#clock = clock;
    this.#timers = timers;
    this.#random = random;
    this.#pulse = new Pulse(clock, timers);
    this.#errands = new Errands((frame) => this.#transmit(frame), timers);
    this.#open = socket ?? ((address) => new WebSocket(address, "cuedesk.v1"));
    clock.onDoubt = () => this.probe();
  }

  // Lifecycle

  /** Connect now, whatever the back-off says. Does nothing while a connection is open or after the end. */
  connect() {
    if (this.#socket || this.state === "ended") return;
    this.#timers.clear(this.#retry);
    this.#pulse.begin();
    const socket = this.#open(this.#url + this.suffix);
    this.#socket = socket;
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#closed(event.code, event.reason);
    this.#watchPulse();
  }

  /** Let go of the connection without ending: a page that is put away may be shown again. */
  suspend() {
    if (this.state === "ended") return;
    this.#drop();
    this.#timers.clear(this.#retry);
    this.#become("offline");
  }

  /** Ask for a sign of life, or connect if there is no connection: after sleep, or back in view. */
  probe() {
    if (!this.#socket) this.connect();
    else this.#transmit(this.#pulse.ping());
  }

  // Actions

  /**
   * Mirror a topic. The mirror is shared by all who ask for the topic and lives while one of them does.
   *
   * @param {string} topic
   * @param {OnChange} onChange called at once if rows are known already
   * @param {AbortSignal} [signal]
   * @returns {Mirror}
   */
  subscribe(topic, onChange, signal) {
    return this.#topics.subscribe(topic, onChange, signal);
  }

  /**
   * Send a command. It waits in memory while there is no connection, or while the server can store nothing, and
   * is sent again under the same ref until it is answered. Who is not patient is told that the server cannot.
   *
   * @param {string} channel
   * @param {string} verb
   * @param {Record<string, any>} args
   * @param {{rev?: number | undefined, ref?: string, patient?: boolean}} [options]
   * @returns {Promise<any>} the result; rejects with CommandError
   */
  send(channel, verb, args, { rev, ref = uuid(), patient = true } = {}) {
    if (this.ending) return Promise.reject(new CommandError("unavailable", this.ending.reason));
    /** @type {import("./command.js").CommandFrame} */
    const frame = { t: "cmd", ref, c: channel, v: verb, args };
    if (rev !== undefined) frame.rev = rev;
    return this.#errands.send(frame, patient);
  }

  // Internal

  /** @param {string} text */
  #receive(text) {
    this.#pulse.hear();
    if (this.state === "stale") this.#become("live");
    const frame = JSON.parse(text);
    if (frame.t === "rows") this.#topics.receive(frame);
    else if (frame.t === "ok" || frame.t === "err") this.#answer(frame);
    else if (frame.t === "pong") this.#pulse.pong(frame);
    else if (frame.t === "hello") this.#greeted(frame);
  }

  /** @param {any} hello */
  #greeted(hello) {
    this.hello = hello;
    this.#attempt = 0;
    this.#clock.hint(hello.now);
    this.#topics.resume();
    this.#errands.resume();
    for (let nth = 0; nth < GREETING_PINGS; nth += 1) this.#transmit(this.#pulse.ping(nth));
    this.dispatchEvent(new Event("hello"));
    this.#become("live");
  }

  /** @param {any} frame */
  #answer(frame) {
    if (this.#errands.answer(frame) || frame.t === "ok") return;
    const error = new CommandError(frame.code, frame.message, frame.detail ?? {}, frame.retry);
    this.dispatchEvent(new CustomEvent("error", { detail: error }));
  }

  /**
   * Nothing goes out before the greeting: what was asked before it is asked by it.
   *
   * @param {any} frame
   */
  #transmit(frame) {
    if (this.hello) this.#socket?.send(JSON.stringify(frame));
  }

  #watchPulse() {
    this.#timers.clear(this.#watch);
    this.#watch = this.#timers.set(() => this.#check(), this.#pulse.wait());
  }

  #check() {
    const verdict = this.#pulse.verdict();
    if (verdict === "lost") return this.#closed(4001, "");
    const turning = verdict === "stale" && this.state === "live";
    if (turning) this.#become("stale");
    if (turning || verdict === "due") this.#transmit(this.#pulse.ping());
    this.#watchPulse();
  }

  /** Forget the socket before closing it: the end of a half-open one must not be taken for that of its successor. */
  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.hello = null;
    this.#timers.clear(this.#watch);
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #closed(code, reason) {
    this.#drop();
    if (code >= 4500 && code < 4600) return this.#end(code, reason);
    const most = Math.min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#retry = this.#timers.set(() => this.connect(), this.#random() * most);
    this.#become("offline");
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #end(code, reason) {
    this.ending = { code, reason };
    this.#become("ended");
    this.#errands.abandon(reason);
  }

  /** @param {LinkState} state */
  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
