/**
 * The moderator's tablet: the queue, the side, fingers and keys.
 *
 * Owns    what is selected, open and being refused, and the stillness of each lane.
 * Never   changes a row, or moves a list under a finger.
 */

import { h, setText } from "../../dom.js";
import { Acts } from "./acts.js";
import { refusals } from "./balance.js";
import { Card } from "./card.js";
import { helpDialog } from "./help.js";
import { orderArgs } from "./judgement.js";
import { LaneView } from "./lane.js";
import { meant, REASONS } from "./moves.js";
import { lanes, LANES, neighbour } from "./queue.js";
import { questionsOf } from "./rows.js";
import { SessionBar } from "./session.js";
import { Side } from "./side.js";
import { Sorting } from "./sorting.js";

/** @import {Question, Session} from './queue.js' */

const DONE_SHOWN = 40;

/** @param {any} panel */
export const view = (panel) => new ModerateView(panel);

class ModerateView {
  #panel;
  /** @type {Map<string, Card>} */
  #cards = new Map();
  /** Last rows: a card that leaves is still drawn while a finger holds the list. @type {Map<string, Question>} */
  #known = new Map();
  #session = /** @type {Session | undefined} */ (undefined);
  #selected = /** @type {string | null} */ (null);
  #refusing = /** @type {string | null} */ (null);
  #inView = /** @type {string[]} */ ([]);
  #shortlist = /** @type {string[]} */ ([]);
  #sort = new Sorting(() => this.#release("approved"));
  #refused = h("span", { class: "lane__note" });
  /** @type {Partial<Record<string, Element>>} */
  #tools = { approved: this.#sort.element, done: this.#refused };
  #acts;
  #side;
  #bar;
  #lanes;
  /** @type {HTMLElement[]} */
  root;

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#acts = new Acts(panel, () => this.draw());
    this.#bar = new SessionBar(panel);
    this.#side = new Side({ act: (verb, question) => this.#act(verb, question), blank: (on) => this.#blank(on) });
    this.#lanes = LANES.map((name) => new LaneView(name, () => this.draw(), this.#tools[name] ?? null));
    const columns = h("div", { class: "queue__lanes" }, ...this.#lanes.map(({ element }) => element));
    columns.addEventListener("scroll", () => this.#lanes.forEach((lane) => lane.touch()), { passive: true });
    this.root = [h("section", { class: "queue" }, this.#bar.element, this.#side.now, columns), this.#side.bar];
    // A tapped button keeps the focus; the space bar must find the big button all the same.
    panel.addEventListener(
      "pointerup",
      () => document.activeElement instanceof HTMLButtonElement && document.activeElement.blur(),
    );
    document.addEventListener("keydown", (event) => this.#key(event), { signal: panel.signal });
  }

  /** Draw the rows as they are now. */
  draw() {
    const rows = this.#panel.rows();
    this.#session = rows.get("qa");
    const questions = questionsOf(rows);
    for (const [id, question] of questions) this.#known.set(id, question);
    this.#acts.renew();
    const sorted = lanes(questions.values(), this.#sort.value);
    this.#shortlist = sorted.shortlisted.map(({ id }) => id);
    sorted.done = sorted.done.slice(0, DONE_SHOWN);
    const cards = {
      element: (/** @type {string} */ id) => this.#card(id).element,
      draw: (/** @type {string} */ id, /** @type {boolean} */ gone) => this.#drawCard(id, gone),
    };
    this.#inView = this.#lanes.flatMap((lane) => lane.draw(sorted[lane.name], cards));
    this.#side.update(this.#session, questions, this.#panel.now());
    this.#bar.update(this.#session);
    setText(this.#refused, refusals(this.#session));
  }

  // Actions

  /**
   * @param {string} verb
   * @param {Question} question
   * @param {Record<string, unknown>} [extra]
   */
  #act(verb, question, extra) {
    for (const lane of this.#lanes) lane.moved(question.id);
    this.#refusing = null;
    this.#acts.read(null);
    void this.#acts.go(verb, question, this.#session, extra);
  }

  /**
   * @param {Question} question
   * @param {number} number of the question that it is to follow
   */
  #merge(question, number) {
    const into = [...this.#known.values()].find((other) => other.number === number);
    if (into) this.#act("merge", question, { into: into.id });
  }

  /**
   * @param {Question} question
   * @param {number} place in the shortlist, counted from 0
   */
  #put(question, place) {
    const where = orderArgs(this.#shortlist, question.id, place);
    this.#release("shortlisted");
    if (where) this.#act("order", question, where);
  }

  /** @param {string} name of a lane that was asked to move: it does, finger or not */
  #release(name) {
    this.#lanes.find((lane) => lane.name === name)?.release();
    this.draw();
  }

  /** @param {boolean} on */
  #blank(on) {
    void this.#panel.ask("questions", "blank", { room: this.#panel.room, on });
  }

  /** @param {Question} question */
  #open(question) {
    this.#refusing = null;
    this.#selected = question.id;
    this.#acts.read(this.#acts.reading === question.id ? null : question.id);
    this.#show(question.id);
  }

  /** @param {Question | null} question */
  #refuse(question) {
    this.#refusing = question?.id ?? null;
    if (question) this.#selected = question.id;
    this.#show(question?.id ?? null);
  }

  // Internal: cards

  /** @param {string} id */
  #card(id) {
    let card = this.#cards.get(id);
    if (!card) {
      card = new Card(/** @type {Question} */ (this.#known.get(id)), {
        act: (verb, question, extra) => this.#act(verb, question, extra),
        open: (question) => this.#open(question),
        refuse: (question) => this.#refuse(question),
        merge: (question, number) => this.#merge(question, number),
        put: (question, place) => this.#put(question, place),
      });
      this.#cards.set(id, card);
    }
    return card;
  }

  /**
   * @param {string} id
   * @param {boolean} gone
   */
  #drawCard(id, gone) {
    const question = /** @type {Question} */ (this.#known.get(id));
    this.#card(id).update(question, {
      open: this.#acts.reading === id,
      selected: this.#selected === id,
      rejecting: this.#refusing === id,
      pending: this.#acts.pending.get(id) ?? null,
      gone,
      suggested: this.#session?.suggested === id,
      fresh: this.#session?.fresh.includes(id) ?? false,
      age: Math.max(0, this.#panel.now() - (question.perceived ?? question.received)),
      similar: question.similar.map((other) => this.#known.get(other)?.number).filter((n) => n !== undefined),
    });
  }

  // Internal: keys

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const question = this.#selected === null ? undefined : this.#known.get(this.#selected);
    const reason = REASONS[Number(event.key) - 1];
    if (this.#refusing !== null && question && reason) return this.#act("reject", question, { reason });
    const means = meant(event);
    if (!means || (event.target instanceof HTMLButtonElement && ["go", "open"].includes(means))) return;
    event.preventDefault();
    this.#mean(means, question);
  }

  /**
   * @param {string} means
   * @param {Question | undefined} question the selected one
   */
  #mean(means, question) {
    if (means === "go") this.#side.go();
    else if (means === "undo") void this.#acts.undo();
    else if (means === "down" || means === "up") this.#select(neighbour(this.#inView, this.#selected, means === "down" ? 1 : -1));
    else if (means === "close") this.#refuse(null);
    else if (means === "help") helpDialog();
    else if (!question) return;
    else if (means === "later" || means === "earlier") this.#put(question, this.#shortlist.indexOf(question.id) + (means === "later" ? 1 : -1));
    else if (means === "edit" || means === "defer") this.#write(question, means);
    else if (means === "open") this.#open(question);
    else if (means === "reject") this.#refuse(question);
    else this.#act(means, question);
  }

  /**
   * @param {Question} question
   * @param {"edit" | "defer"} verb
   */
  #write(question, verb) {
    if (this.#acts.reading !== question.id) this.#open(question);
    this.#card(question.id).write(verb);
  }

  /** @param {string | null} id */
  #select(id) {
    this.#selected = id;
    this.#show(id);
  }

  /** @param {string | null} id of the card that must be in view, whatever size it has now */
  #show(id) {
    this.draw();
    if (id === null) return;
    const { element } = this.#card(id);
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  }
}
