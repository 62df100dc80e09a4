/**
 * The topics a page reads, each with its mirror and those who watch it.
 *
 * Owns    subscriptions, and what to ask of the server to keep each mirror true.
 * Never   knows whether there is a connection: whoever owns it says when to resume.
 * Used by the link.
 */

import { Mirror } from "./board.js";

/** @import {RowsFrame} from "./board.js" */
/** @import {CommandError} from "./command.js" */

/**
 * @typedef {(mirror: Mirror, changed: Set<string>) => void} OnChange
 * @typedef {object} Topic
 * @property {Mirror} mirror
 * @property {Set<OnChange>} listeners
 * @property {boolean} asked a `sub` is under way
 */

export class Topics {
  /** @type {Map<string, Topic>} */
  #topics = new Map();
  #transmit;

  /** @param {(frame: any) => void} transmit drops the frame while there is no greeted connection */
  constructor(transmit) {
    this.#transmit = transmit;
  }

  /**
   * @param {string} name
   * @param {OnChange} onChange called at once if rows are known already
   * @param {AbortSignal} [signal]
   * @returns {Mirror}
   */
  subscribe(name, onChange, signal) {
    let topic = this.#topics.get(name);
    if (!topic) {
      topic = { mirror: new Mirror(), listeners: new Set(), asked: false };
      this.#topics.set(name, topic);
      this.#ask(name, topic);
    } else if (topic.mirror.known) {
      onChange(topic.mirror, new Set(topic.mirror.rows.keys()));
    }
    topic.listeners.add(onChange);
    signal?.addEventListener("abort", () => this.#leave(name, onChange), { once: true });
    return topic.mirror;
  }

  /** Ask for every topic from where its mirror stands: a new connection has begun. */
  resume() {
    for (const [name, topic] of this.#topics) this.#ask(name, topic);
  }

  /** @param {RowsFrame} frame */
  receive(frame) {
    const topic = this.#topics.get(frame.c);
    if (!topic) return;
    const changed = topic.mirror.apply(frame);
    if (changed === null) {
      // One request is enough: deltas that were already on their way do not fit either.
      if (!topic.asked) this.#ask(frame.c, topic);
      return;
    }
    topic.asked = false;
    for (const listener of [...topic.listeners]) listener(topic.mirror, changed);
  }

  /**
   * @param {string} name
   * @param {Topic} topic
   */
  #ask(name, topic) {
    topic.asked = true;
    const pos = topic.mirror.position;
    this.#transmit(pos ? { t: "sub", c: name, pos } : { t: "sub", c: name });
  }

  /**
   * @param {string} name
   * @param {OnChange} onChange
   */
  #leave(name, onChange) {
    const topic = this.#topics.get(name);
    topic?.listeners.delete(onChange);
    if (!topic || topic.listeners.size > 0) return;
    this.#topics.delete(name);
    this.#transmit({ t: "unsub", c: name });
  }
}
