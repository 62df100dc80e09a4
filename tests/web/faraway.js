/** A server, a socket and a clock under the test's hand: nothing here waits for real time. */

import { Clock } from "../../web/static/js/clock.js";
import { Link } from "../../web/static/js/link.js";

/** Timers that run when the test says so. */
export class ManualTimers {
  time = 1_000;
  skew = 0;
  /** @type {{id: number, at: number, fn: () => void}[]} */
  #queue = [];
  #next = 1;
  monotonic = () => this.time;
  wall = () => 1_700_000_000_000 + this.time + this.skew;
  set = (fn, ms) => {
    this.#queue.push({ id: this.#next, at: this.time + ms, fn });
    return this.#next++;
  };
  clear = (id) => {
    this.#queue = this.#queue.filter((timer) => timer.id !== id);
  };

  /** Let `ms` pass, running what falls due in order. */
  pass(ms) {
    const end = this.time + ms;
    for (;;) {
      const due = this.#queue.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (!due) break;
      this.clear(due.id);
      this.time = due.at;
      due.fn();
    }
    this.time = end;
  }
}

/** One socket as the link sees it, with the test at its other end. */
export class Socket {
  onmessage = null;
  onclose = null;
  sent = [];
  closed = false;
  constructor(url) {
    this.url = url;
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  receive(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  greet(more = {}) {
    this.receive({ t: "hello", v: 1, now: 1_700_000_000_000, role: "wall", rooms: [], topics: [], ...more });
  }
  cut(code = 1006, reason = "") {
    this.onclose?.({ code, reason });
  }
  /** What was sent of one kind. */
  of(kind) {
    return this.sent.filter((frame) => frame.t === kind);
  }
}

/** A link with its surroundings. */
export function linked() {
  const timers = new ManualTimers();
  const clock = new Clock(timers);
  const sockets = [];
  const socket = (url) => {
    sockets.push(new Socket(url));
    return sockets.at(-1);
  };
  const link = new Link("ws://venue/ws?as=wall", { clock, timers, socket, random: () => 0.5 });
  link.connect();
  return { link, clock, timers, sockets, last: () => sockets.at(-1) };
}

/** A `rows` frame. */
export function rows(c, from, to, set = {}, del = [], epoch = "e1") {
  return { t: "rows", c, epoch, from, to, set, del };
}
