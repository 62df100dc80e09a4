/**
 * One question as a card under a moderator's finger: read, swipe, tap open, act.
 *
 * Owns    its elements and the drag in progress.
 * Never   sends anything: it says what was meant.
 */

import { h, isolate, setAttribute, setText, tame } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { Finger } from "./finger.js";
import { heading, swiped } from "./moves.js";
import { rate } from "./judgement.js";
import { glow, laneOf } from "./queue.js";
import { grip } from "./reorder.js";
import { badgesOf } from "./badges.js";
import { Tools } from "./tools.js";
import { ageWord, drawFrom, verbWord } from "./words.js";

/** @import {Question} from './queue.js' */

/**
 * @typedef {{
 *   open: boolean, selected: boolean, rejecting: boolean, pending: string | null, gone: boolean, suggested: boolean, fresh: boolean,
 *   age: number, similar: number[],
 * }} Mood
 */

/**
 * @typedef {{
 *   act(verb: string, question: Question, extra?: Record<string, unknown>): void,
 *   open(question: Question): void, refuse(question: Question | null): void,
 *   merge(question: Question, number: number): void,
 *   put(question: Question, place: number): void,
 * }} Meant
 */

translate("zh-Hans", {
  "{n} {n|vote|votes}": "{n} 票",
  "{percent} % of {seen}": "{percent}%（{seen} 人看过）",
  "{percent} percent of the {seen} who saw it": "看过的 {seen} 人中 {percent}% 支持",
});

export class Card {
  /** @type {Question} */
  #question;
  /** @type {Meant} */
  #meant;
  #tools;

  #number = h("span", { class: "q-card__number" });
  #from = h("span", { class: "q-card__from" });
  #votes = h("span", { class: "q-card__votes" });
  #rate = h("span", { class: "q-card__rate" });
  #grip = grip(
    () => this.element,
    (place) => this.#meant.put(this.#question, place),
  );
  #age = h("span", { class: "q-card__age" });
  #body = h("p", { class: "q-card__body" });
  #marks = h("div", { class: "q-card__marks" });
  #hint = h("div", { class: "q-card__hint", aria: { hidden: true } });
  #face = h(
    "div",
    { class: "q-card__face" },
    h("header", { class: "q-card__head" }, this.#grip, this.#number, this.#from, this.#votes, this.#rate, this.#age),
    this.#body,
    this.#marks,
  );
  element = h("article", { class: "q-card", attributes: { tabindex: -1 } }, this.#hint, this.#face);

  /**
   * @param {Question} question
   * @param {Meant} meant
   */
  constructor(question, meant) {
    this.#question = question;
    this.#meant = meant;
    this.#tools = new Tools(question, meant, () => this.element);
    this.#face.append(this.#tools.element);
    new Finger(this.#face, {
      pull: (dx, dy, lifted) => this.#pull(dx, dy, lifted),
      drop: (dx, dy, lifted) => this.#drop(dx, dy, lifted),
      tap: () => this.#meant.open(this.#question),
      rest: () => this.#rest(),
      liftable: () => swiped(this.#question, 0, -10_000, true) !== null,
    });
  }

  /**
   * Draw the question as it is now.
   *
   * @param {Question} question
   * @param {Mood} mood
   */
  update(question, mood) {
    this.#question = question;
    const { element } = this;
    setAttribute(element, "data-state", question.state);
    setAttribute(element, "data-glow", laneOf(question) === "waiting" && !mood.gone ? glow(mood.age) : 0);
    for (const flag of /** @type {const} */ (["open", "selected", "gone", "suggested"]))
      setAttribute(element, `data-${flag}`, mood[flag]);
    setAttribute(element, "aria-current", mood.selected ? "true" : null);
    setText(this.#number, `#${question.number}`);
    drawFrom(this.#from, question, t("anonymous"));
    setText(this.#votes, `▲ ${question.votes}`);
    setAttribute(this.#votes, "aria-label", t("{n} {n|vote|votes}", { n: question.votes }));
    this.#drawRate(question);
    this.#grip.hidden = question.state !== "shortlisted";
    setText(this.#age, ageWord(mood.age));
    if (this.#body.textContent !== tame(question.body)) this.#body.replaceChildren(isolate(question.body));
    this.#drawMarks(question, mood);
    this.#tools.update(question, mood);
  }

  /** Open the editor of the text, or of the answer in writing. @param {"edit" | "defer" | "reply"} verb */
  write(verb) {
    this.#tools.write(verb);
  }

  // Internal: drawing

  /** @param {Question} question */
  #drawRate(question) {
    const found = rate(question);
    setText(this.#rate, found ? t("{percent} % of {seen}", found) : "");
    setAttribute(this.#rate, "aria-label", found && t("{percent} percent of the {seen} who saw it", found));
  }

  /**
   * @param {Question} question
   * @param {Mood} mood
   */
  #drawMarks(question, mood) {
    const marks = badgesOf(question, mood);
    const text = JSON.stringify(marks);
    if (text === this.#marks.dataset["text"]) return;
    this.#marks.dataset["text"] = text;
    this.#marks.replaceChildren(...marks.map(([tone, word]) => h("span", { class: "badge", data: { tone } }, isolate(word))));
  }

  // Internal: the finger

  /**
   * @param {number} dx
   * @param {number} dy
   * @param {boolean} lifted
   */
  #pull(dx, dy, lifted) {
    const verb = heading(this.#question, dx, dy, lifted);
    const up = verb === "air" && lifted && -dy > Math.abs(dx);
    this.#face.style.setProperty("--pull", up ? "0px" : `${verb ? dx : dx / 6}px`);
    this.#face.style.setProperty("--rise", `${up ? dy : 0}px`);
    setText(this.#hint, verb ? verbWord(verb) : "");
    setAttribute(this.element, "data-lifted", lifted);
    setAttribute(this.element, "data-pull", up ? "up" : dx > 0 ? "right" : "left");
    setAttribute(this.element, "data-will", swiped(this.#question, dx, dy, lifted));
  }

  /**
   * @param {number} dx
   * @param {number} dy
   * @param {boolean} lifted
   */
  #drop(dx, dy, lifted) {
    const verb = swiped(this.#question, dx, dy, lifted);
    if (verb === "reject") this.#meant.refuse(this.#question);
    else if (verb) this.#meant.act(verb, this.#question);
  }

  #rest() {
    for (const name of ["--pull", "--rise"]) this.#face.style.removeProperty(name);
    for (const name of ["data-pull", "data-will", "data-lifted"]) this.element.removeAttribute(name);
  }
}
