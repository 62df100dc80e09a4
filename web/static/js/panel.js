/**
 * What every channel's panel is: a custom element that mirrors topics and draws itself.
 *
 * Owns    subscriptions, the drawn states of silence, one drawing per frame, each page's view, and clean-up.
 * Never   knows a channel or keeps a copy of server truth.
 * Used by every file under `panels/`.
 *
 * A small panel draws in `draw(context)`, once its first rows are here. One that looks different on each page names a
 * module for each in `views`: only that page loads it, and its `view(panel)` gives the element and how it is drawn.
 */

import { Mirror } from "./board.js";
import { clock } from "./clock.js";
import { link, reloadWhenLive, roomTitle } from "./desk.js";
import { flash } from "./dom.js";
import { t } from "./i18n.js";
import { news } from "./news.js";
import { silence } from "./silence.js";
import { explain, toast } from "./toast.js";

/** @import {Row} from "./board.js" */
/** @import {CommandError} from "./command.js" */

/**
 * @typedef {object} Context
 * @property {number} now server time
 * @property {Set<string>} changed keys changed since the last drawing, of any topic
 * @property {boolean} tick whether only time has passed
 * @typedef {object} View
 * @property {HTMLElement | HTMLElement[]} root what is drawn, placed once
 * @property {(...seen: any[]) => void} draw takes a Context, unless the panel's own `draw` hands on something else
 * @property {boolean} [early] whether it is worth showing before the first rows
 * @typedef {Record<string, (panel: Panel) => Promise<{view: (panel: any) => View}>>} Views page → the module that draws there
 */

export class Panel extends HTMLElement {
  /** Whether `draw` is also called at each full second. */
  static ticks = false;

  /** With any, the panel is not there on a page without one. @type {Views} */
  static views = {};

  /** The topics of an element; the first is the default of `rows()` and `row()`. @param {Panel} panel @returns {string[]} */
  static topics(panel) {
    return [panel.room ? `${panel.channel}/${panel.room}` : panel.channel];
  }

  link = link;
  /** What this page's module made. @type {View | null} */
  shown = null;
  /** @type {Map<string, Mirror>} */
  #mirrors = new Map();
  /** @type {Set<string>} */
  #changed = new Set();
  #leaving = new AbortController();
  #frame = 0;
  #drawn = false;
  #loading = false;

  // Lifecycle

  connectedCallback() {
    this.#leaving = new AbortController();
    this.classList.add("panel");
    const kind = /** @type {typeof Panel} */ (this.constructor);
    const load = kind.views[this.view];
    if (!load && Object.keys(kind.views).length > 0) return void (this.hidden = true);
    if (load && !this.shown) void this.#wear(load);
    for (const topic of kind.topics(this)) this.#watch(topic);
    link.addEventListener("state", () => this.#linkChanged(), { signal: this.signal });
    link.addEventListener("error", (event) => this.#refused(/** @type {CustomEvent} */ (event).detail), { signal: this.signal });
    this.#linkChanged();
    if (kind.ticks) clock.onTick(() => this.#draw(true), this.signal);
    if (!this.#drawn) this.replaceChildren(this.placeholder("loading", t("Waiting for the first rows…")));
  }

  disconnectedCallback() {
    this.#leaving.abort();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#mirrors.clear();
  }

  /** Build or update the content from `rows()`; empty, or holding the view, the first time. @param {Context} context */
  draw(context) {
    this.shown?.draw(context);
  }

  // What a subclass may use

  /** Aborts when the element leaves the page: hand it to listeners and timers. */
  get signal() {
    return this.#leaving.signal;
  }

  /** The channel's name, from the element's. */
  get channel() {
    return this.localName.replace(/-panel$/, "");
  }

  /** The room this element is about, or null for all. */
  get room() {
    return this.getAttribute("room");
  }

  /** The page it stands on, as the attribute `view` says. */
  get view() {
    return this.getAttribute("view") ?? "";
  }

  /** @param {string} [topic] the first of `topics` unless told @returns {Map<string, Row>} */
  rows(topic) {
    return this.#mirror(topic)?.rows ?? new Map();
  }

  /** @param {string} key @param {string} [topic] @returns {Row | undefined} */
  row(key, topic) {
    return this.#mirror(topic)?.rows.get(key);
  }

  /** The rows whose keys start with `prefix`, by what follows it. @param {string} prefix @param {string} [topic] @returns {[string, Row][]} */
  each(prefix, topic) {
    /** @type {[string, Row][]} */
    const found = [];
    for (const [key, row] of this.rows(topic)) if (key.startsWith(prefix)) found.push([key.slice(prefix.length), row]);
    return found;
  }

  now = () => clock.now();

  /** @param {string | null} [room] */
  roomTitle(room = this.room) {
    return roomTitle(room);
  }

  /**
   * Send a command; a refusal is explained in a toast.
   *
   * @param {string} channel @param {string} verb @param {Record<string, any>} args @param {{rev?: number | undefined}} [options]
   * @returns {Promise<any>} the result, or null when it was refused
   */
  async ask(channel, verb, args, options) {
    try {
      return await link.send(channel, verb, args, options);
    } catch (error) {
      toast(explain(/** @type {CommandError} */ (error)), { tone: "bad" });
      return null;
    }
  }

  /** Draw before the next frame. */
  redraw() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#draw(false));
  }

  /** Wash an element: something changed here. @param {Element} element */
  flash(element) {
    flash(element);
  }

  /** Tell the page's ticker what happened; null takes it back. @param {string} key @param {import("./news.js").Item | null} item */
  tell(key, item) {
    news.tell(`${this.channel}/${key}`, item);
  }

  /** Say how many things here need a person: the bar and the rail show it. @param {"quiet" | "warn" | "bad"} tone @param {number} [count] */
  attend(tone, count = 0) {
    this.dataset["attention"] = tone;
    news.attend(this.channel, tone, count);
  }

  /** A drawn state of silence. @param {import("./silence.js").Kind} kind @param {string} sentence what is so and what to do */
  placeholder(kind, sentence) {
    return silence(kind, sentence);
  }

  // Internal

  /** @param {Views[string]} load */
  async #wear(load) {
    this.#loading = true;
    try {
      const { view } = await load(this);
      if (this.signal.aborted) return;
      this.shown = view(this);
      this.#loading = false;
    } catch (error) {
      console.error(this.localName, error);
      reloadWhenLive();
      this.replaceChildren(this.placeholder("offline", t("This part of the page could not be loaded. Reload the page.")));
    }
    if (this.shown?.early) this.#place();
    this.dispatchEvent(new Event("worn"));
    if (this.shown) this.redraw();
  }

  #place() {
    this.replaceChildren(...[this.shown?.root ?? []].flat());
  }

  /** @param {string} topic */
  #watch(topic) {
    const heard = (/** @type {unknown} */ _, /** @type {Set<string>} */ changed) => {
      for (const key of changed) this.#changed.add(key);
      this.redraw();
    };
    this.#mirrors.set(topic, link.subscribe(topic, heard, this.signal));
  }

  #linkChanged() {
    this.dataset["link"] = link.state === "ended" ? "offline" : link.state;
    if (this.#drawn) this.redraw();
  }

  /** A topic was refused; whose it was is not said, so every panel that still waits says so until its rows come. @param {CommandError} error */
  #refused(error) {
    if (this.#drawn || this.shown?.early || error.code !== "forbidden") return;
    this.replaceChildren(this.placeholder("denied", t("This access does not show what belongs here. Ask the control desk for another link.")));
  }

  /** @param {string} [topic] */
  #mirror(topic) {
    return topic === undefined ? this.#mirrors.values().next().value : this.#mirrors.get(topic);
  }

  /** @param {boolean} tick */
  #draw(tick) {
    if (!tick) this.#frame = 0;
    if (this.#loading || ![...this.#mirrors.values()].every((mirror) => mirror.known)) return;
    if (!this.#drawn && !this.shown?.early) this.#place();
    this.#drawn = true;
    const changed = this.#changed;
    this.#changed = new Set();
    this.draw({ now: clock.now(), changed, tick: tick && changed.size === 0 });
  }
}

/** Register `<name-panel>`. @param {string} name the channel's @param {typeof Panel} kind */
export const define = (name, kind) => customElements.define(`${name}-panel`, kind);
