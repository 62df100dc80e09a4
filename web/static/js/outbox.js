/**
 * Commands that must survive a reload, a flat battery or an hour without a network.
 *
 * Owns    the commands a person gave and the server has not yet taken, in order.
 * Never   sends the same act under two refs, or forgets one that was neither taken nor refused.
 * Used by pages on which people act far from a good network: attendee, door, moderator.
 */

import { CommandError, uuid } from "./command.js";

/** When an act is sent again whose refusal does not say, s. */
const RETRY_AFTER = 2;
/** How long it rests at most, s: what waits beside it may be due much sooner. */
const LONGEST_REST = 60;

/**
 * @typedef {object} Entry
 * @property {string} ref
 * @property {number} order
 * @property {string} channel
 * @property {string} verb
 * @property {Record<string, any>} args
 * @property {number | undefined} [rev]
 * @property {"sending" | "waiting" | "refused"} state
 * @property {{code: string, message: string, detail: Record<string, any>} | null} error
 * @property {number} created
 */
/**
 * @typedef {object} Storage
 * @property {() => Promise<Entry[]>} all
 * @property {(entry: Entry) => Promise<void>} put
 * @property {(ref: string) => Promise<void>} remove
 */
/**
 * @typedef {object} Sender
 * @property {(channel: string, verb: string, args: Record<string, any>, options: {ref: string, rev?: number | undefined, patient: boolean}) => Promise<any>} send
 * @property {string} state
 * @property {(type: string, listener: () => void) => void} addEventListener
 */

export class Outbox extends EventTarget {
  /** What waits or was refused, oldest first. @type {Entry[]} */
  entries = [];
  /** @type {Map<string, {resolve: (result: any) => void, reject: (error: Error) => void}>} */
  #promises = new Map();
  /** @type {Set<string>} */
  #underway = new Set();
  /** What is not stored yet: a page that died now would forget it, so nobody is told that it waits. @type {Set<string>} */
  #keeping = new Set();
  /** @type {Sender | null} */
  #link = null;
  /** @type {Storage | null} */
  #storage = null;
  #order = 0;
  /** @type {any} */
  #timer = null;
  /** Nothing can be stored: later acts must not overtake those that wait. */
  #resting = false;

  /**
   * Start with what an earlier life of the page left behind.
   *
   * @param {Sender} link
   * @param {Storage} storage
   */
  async attach(link, storage) {
    this.#link = link;
    this.#storage = storage;
    link.addEventListener("state", () => this.#resume());
    const kept = await storage.all();
    const here = new Set(this.entries.map((entry) => entry.ref));
    const older = kept.filter((entry) => !here.has(entry.ref)).sort((a, b) => a.order - b.order);
    this.entries = [...older, ...this.entries];
    this.#order = Math.max(this.#order, ...older.map((entry) => entry.order + 1));
    this.#drain();
  }

  /**
   * Give a command. It is kept before it is sent.
   *
   * @param {string} channel
   * @param {string} verb
   * @param {Record<string, any>} args
   * @param {number} [rev] what it was made against
   * @returns {Promise<any>} the result, if the page lives to see it; rejects with CommandError when refused
   */
  async send(channel, verb, args, rev) {
    const order = this.#order++;
    /** @type {Entry} */
    const entry = { ref: uuid(), order, channel, verb, args, rev, state: "waiting", error: null, created: Date.now() };
    const answer = new Promise((resolve, reject) => this.#promises.set(entry.ref, { resolve, reject }));
    this.entries = [...this.entries, { ...entry, state: "sending" }];
    this.#keeping.add(entry.ref);
    this.#changed();
    await this.#keep(entry);
    this.#keeping.delete(entry.ref);
    this.#drain();
    return answer;
  }

  /**
   * Take a command off the list that was refused, or was not sent yet.
   *
   * @param {string} ref
   * @returns {Promise<boolean>} false: it is on its way
   */
  async dismiss(ref) {
    const free = !this.#underway.has(ref) && !this.#keeping.has(ref);
    if (free) await this.#forget(ref);
    return free;
  }

  #resume() {
    this.#resting = false;
    this.#drain();
  }

  #drain() {
    if (this.#resting) return;
    for (const entry of this.entries) {
      if (entry.state === "refused" || this.#keeping.has(entry.ref)) continue;
      const state = this.#link?.state === "live" ? "sending" : "waiting";
      if (entry.state !== state) this.#update(entry, { state });
      if (state === "sending" && !this.#underway.has(entry.ref)) void this.#deliver(entry.ref);
    }
  }

  /**
   * A full disk must not keep a question from being asked: then the act lives as long as the page.
   *
   * @param {Entry} entry
   */
  async #keep(entry) {
    await this.#storage?.put(entry).catch(() => {});
  }

  /** @param {string} ref */
  async #deliver(ref) {
    const entry = this.entries.find((one) => one.ref === ref);
    if (!entry || !this.#link) return;
    this.#underway.add(ref);
    try {
      const result = await this.#link.send(entry.channel, entry.verb, entry.args, { ref, rev: entry.rev, patient: false });
      // A page that dies before it is off the list sends it again, under the same ref: nobody waits for that.
      void this.#forget(ref);
      this.dispatchEvent(new CustomEvent("taken", { detail: { entry, result } }));
      this.#settle(ref)?.resolve(result);
    } catch (error) {
      this.#failed(ref, error instanceof CommandError ? error : new CommandError("unavailable", String(error), {}, true));
    } finally {
      this.#underway.delete(ref);
    }
  }

  /**
   * @param {string} ref
   * @param {CommandError} error
   */
  #failed(ref, error) {
    const entry = this.entries.find((one) => one.ref === ref);
    if (!entry) return;
    // The end of the link (a key withdrawn, another tab) is no refusal of the act: it stays for the next life.
    if (error.retry || this.#link?.state === "ended") {
      this.#update(entry, { state: "waiting" });
      this.#resting ||= error.code === "unavailable";
      clearTimeout(this.#timer);
      const rest = Math.min(error.detail["retry_after"] ?? RETRY_AFTER, LONGEST_REST);
      this.#timer = setTimeout(() => this.#resume(), rest * 1_000);
      return;
    }
    const { code, message, detail } = error;
    this.#update(entry, { state: "refused", error: { code, message, detail } });
    this.#settle(ref)?.reject(error);
  }

  /** @param {string} ref */
  #settle(ref) {
    const promise = this.#promises.get(ref);
    this.#promises.delete(ref);
    return promise;
  }

  /** @param {string} ref */
  async #forget(ref) {
    this.entries = this.entries.filter((entry) => entry.ref !== ref);
    this.#changed();
    await this.#storage?.remove(ref).catch(() => {});
  }

  /**
   * @param {Entry} entry
   * @param {Partial<Entry>} change
   */
  #update(entry, change) {
    const next = { ...entry, ...change };
    this.entries = this.entries.map((one) => (one.ref === entry.ref ? next : one));
    if (next.state === "refused") void this.#keep(next);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

export const outbox = new Outbox();
