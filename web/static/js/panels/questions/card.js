/**
 * One question as a card under a moderator's finger: read, swipe, tap open, act.
 *
 * Owns    its elements and the drag in progress.
 * Never   sends anything: it says what was meant.
 */

import { h, isolate, setAttribute, setText, tame } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { heading, swiped, REASONS } from "./moves.js";
import { glow, laneOf, offered } from "./queue.js";
import { badgesOf } from "./badges.js";
import { reasonWord } from "./states.js";
import { ageWord, drawFrom, verbWord } from "./words.js";

/** @import {Question} from './queue.js' */

/**
 * @typedef {{
 *   open: boolean, selected: boolean, rejecting: boolean, pending: string | null, gone: boolean, suggested: boolean,
 *   age: number, similar: number[],
 * }} Mood
 */

/**
 * @typedef {{
 *   act(verb: string, question: Question, extra?: Record<string, unknown>): void,
 *   open(question: Question): void, refuse(question: Question | null): void,
 *   merge(question: Question, number: number): void,
 * }} Meant
 */

translate("zh-Hans", {
  "{n} votes": "{n} 票",
  "Why not?": "原因？",
  Cancel: "取消",
  Save: "保存",
  "Merge into #": "合并到 #",
  "The question, edited": "修改后的问题",
  "as asked: {body}": "原文：{body}",
});

/** A finger that moved less than this has tapped. */
const TAP = 8;

export class Card {
  /** @type {Question} */
  #question;
  /** @type {Meant} */
  #meant;
  #drawn = "";
  #drag = { id: -1, x: 0, y: 0, dx: 0, dy: 0 };

  #number = h("span", { class: "q-card__number" });
  #from = h("span", { class: "q-card__from" });
  #votes = h("span", { class: "q-card__votes" });
  #age = h("span", { class: "q-card__age" });
  #body = h("p", { class: "q-card__body" });
  #marks = h("div", { class: "q-card__marks" });
  #tools = h("div", { class: "q-card__tools", on: { click: (/** @type {Event} */ event) => event.stopPropagation() } });
  #hint = h("div", { class: "q-card__hint", aria: { hidden: true } });
  #face = h(
    "div",
    { class: "q-card__face" },
    h("header", { class: "q-card__head" }, this.#number, this.#from, this.#votes, this.#age),
    this.#body,
    this.#marks,
    this.#tools,
  );
  element = h("article", { class: "q-card", attributes: { tabindex: -1 } }, this.#hint, this.#face);

  /**
   * @param {Question} question
   * @param {Meant} meant
   */
  constructor(question, meant) {
    this.#question = question;
    this.#meant = meant;
    this.#tools.hidden = true;
    this.#listen();
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
    setAttribute(this.#votes, "aria-label", t("{n} votes", { n: question.votes }));
    setText(this.#age, ageWord(mood.age));
    if (this.#body.textContent !== tame(question.body)) this.#body.replaceChildren(isolate(question.body));
    this.#drawMarks(question, mood);
    this.#drawTools(question, mood);
  }

  // Internal: drawing

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

  /**
   * @param {Question} question
   * @param {Mood} mood
   */
  #drawTools(question, mood) {
    const shape = mood.rejecting ? "reasons" : mood.open ? `tools ${question.state} ${question.rev} ${mood.similar.join()}` : "";
    if (shape === this.#drawn) return;
    this.#drawn = shape;
    this.#tools.hidden = shape === "";
    if (mood.rejecting) this.#tools.replaceChildren(...this.#reasons());
    else if (mood.open) this.#tools.replaceChildren(...this.#buttons(question, mood));
    else this.#tools.replaceChildren();
  }

  #reasons() {
    const chips = REASONS.map((reason, n) =>
      h("button", {
        class: "button q-card__reason",
        text: `${n + 1} ${reasonWord(reason)}`,
        on: { click: () => this.#meant.act("reject", this.#question, { reason }) },
      }),
    );
    const cancel = h("button", {
      class: "button",
      data: { variant: "quiet" },
      text: t("Cancel"),
      on: { click: () => this.#meant.refuse(null) },
    });
    return [h("strong", { text: t("Why not?") }), ...chips, cancel];
  }

  /**
   * @param {Question} question
   * @param {Mood} mood
   */
  #buttons(question, mood) {
    const [first, ...rest] = offered(question.state).map((verb) => this.#button(verb));
    if (first) first.dataset["variant"] = "primary";
    const merges = mood.similar.map((n) => this.#quiet(`${t("Merge into #")}${n}`, () => this.#meant.merge(this.#question, n)));
    const edit = this.#quiet(verbWord("edit"), () => this.#edit());
    const asked = question.original !== null && question.original !== undefined && original(question.original);
    return [asked, first, ...rest, edit, ...merges].filter((part) => part instanceof Node);
  }

  /** @param {string} verb */
  #button(verb) {
    const meant = () => (verb === "reject" ? this.#meant.refuse(this.#question) : this.#meant.act(verb, this.#question));
    return this.#quiet(verbWord(verb), meant);
  }

  /**
   * @param {string} text
   * @param {() => void} click
   */
  #quiet(text, click) {
    return h("button", { class: "button", data: { variant: "quiet" }, text, on: { click } });
  }

  #edit() {
    const field = h("textarea", { aria: { label: t("The question, edited") }, attributes: { rows: 3 } });
    field.value = this.#question.body;
    const save = this.#quiet(t("Save"), () => this.#meant.act("edit", this.#question, { body: field.value }));
    save.dataset["variant"] = "primary";
    const cancel = this.#quiet(t("Cancel"), () => this.#meant.open(this.#question));
    this.#tools.replaceChildren(h("div", { class: "field q-card__edit" }, field), save, cancel);
    field.focus();
  }

  // Internal: the finger

  #listen() {
    const face = this.#face;
    face.addEventListener("pointerdown", (event) => this.#grab(event));
    face.addEventListener("pointermove", (event) => this.#pull(event));
    face.addEventListener("pointerup", (event) => this.#drop(event));
    face.addEventListener("pointercancel", () => this.#rest());
    face.addEventListener("click", () => {
      if (Math.hypot(this.#drag.dx, this.#drag.dy) < TAP) this.#meant.open(this.#question);
    });
  }

  /** @param {PointerEvent} event */
  #grab(event) {
    const onControl = event.target instanceof Element && event.target.closest("button, textarea, input");
    this.#drag = { id: onControl ? -1 : event.pointerId, x: event.clientX, y: event.clientY, dx: 0, dy: 0 };
  }

  /** @param {PointerEvent} event */
  #pull(event) {
    const drag = this.#drag;
    if (event.pointerId !== drag.id) return;
    drag.dx = event.clientX - drag.x;
    drag.dy = event.clientY - drag.y;
    if (Math.abs(drag.dx) < TAP) return;
    const verb = heading(this.#question, drag.dx);
    this.#face.style.setProperty("--pull", `${verb ? drag.dx : drag.dx / 6}px`);
    setText(this.#hint, verb ? verbWord(verb) : "");
    setAttribute(this.element, "data-pull", drag.dx > 0 ? "right" : "left");
    setAttribute(this.element, "data-will", swiped(this.#question, drag.dx, drag.dy));
  }

  /** @param {PointerEvent} event */
  #drop(event) {
    if (event.pointerId !== this.#drag.id) return;
    const verb = swiped(this.#question, this.#drag.dx, this.#drag.dy);
    this.#rest();
    if (verb === "reject") this.#meant.refuse(this.#question);
    else if (verb) this.#meant.act(verb, this.#question);
  }

  #rest() {
    this.#drag.id = -1;
    this.#face.style.removeProperty("--pull");
    this.element.removeAttribute("data-pull");
    this.element.removeAttribute("data-will");
  }
}

/** @param {string} body as it was asked, before a moderator changed it */
const original = (body) => h("p", { class: "q-card__original" }, isolate(t("as asked: {body}", { body })));
