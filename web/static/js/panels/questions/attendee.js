/**
 * The attendee's phone: ask first, then my questions, what is on air, and the list to vote.
 *
 * Owns    the order of the parts, and that what can only be read is fetched after the field to ask stands.
 * Never   waits for the network before the field to ask is there.
 */

import { reloadWhenLive } from "../../desk.js";
import { Ask } from "./ask.js";
import { MyQuestions } from "./mine.js";

/** What is fetched once the field stands. @typedef {{draw(): void}} Part */

/** @param {any} panel */
export const view = (panel) => new AttendeeView(panel);

class AttendeeView {
  #panel;
  #ask;
  #mine;
  /** @type {Part[]} */
  #parts;
  /** @type {import("./votes.js").Votes | null} */
  #votes = null;
  early = true;
  /** @type {HTMLElement[]} */
  root;

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#ask = new Ask(panel, {
      near: async (draft) => (await import("./alike.js")).nearest(draft, await this.#open()),
      vote: (id) => this.#votes?.join(id),
    });
    // Beside the field from the start: who asks as the net goes is told that the question is kept.
    this.#mine = new MyQuestions(panel, (/** @type {string} */ body) => this.#ask.restore(body));
    this.#parts = [this.#mine];
    this.root = [this.#ask.element, this.#mine.element];
    performance.mark("ask");
    setTimeout(() => this.#follow().catch(reloadWhenLive));
  }

  /** Draw the rows as they are now. */
  draw() {
    this.#ask.update(this.#panel.row("qa"));
    for (const part of this.#parts) part.draw();
  }

  /** @returns {Promise<any[]>} what can be voted for */
  async #open() {
    const { VOTED } = await import("./votes.js");
    return this.#panel
      .each("q/")
      .map((/** @type {[string, any]} */ [, question]) => question)
      .filter((/** @type {any} */ { state }) => VOTED.has(state));
  }

  async #follow() {
    const [{ Votes }, { Whereabouts }, { Rewording }] = await Promise.all([
      import("./votes.js"),
      import("./whereabouts.js"),
      import("./rewording.js"),
    ]);
    if (this.#panel.signal.aborted) return;
    const votes = new Votes(this.#panel);
    const whereabouts = new Whereabouts(this.#panel);
    this.#votes = votes;
    this.#mine.rewording = new Rewording(() => this.#mine.draw());
    this.#parts.push(votes, whereabouts);
    this.root.push(...votes.elements, whereabouts.element);
    this.#panel.append(...this.root.slice(2));
    this.#panel.redraw();
  }
}
