/**
 * One lane of the moderator's queue: its head, its cards, and its stillness.
 *
 * Owns    its elements and the order that is shown.
 * Never   moves a card while a finger is on the list.
 */

import { h, keyed, setAttribute, setText } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { Stillness } from "./stillness.js";
import { stateWord } from "./states.js";

/** @import {Lane, Question} from './queue.js' */

translate("zh-Hans", {
  "{n} new": "{n} 条新问题",
  "Nothing waits for you.": "没有待审的问题。",
  "Swipe an approved question right to shortlist it.": "将已通过的问题向右滑动即可入围。",
  "Approved questions gather here.": "通过的问题会在这里。",
  "Nothing is done yet.": "还没有处理完的问题。",
});

const EMPTY = /** @type {Record<Lane, string>} */ ({
  waiting: "Nothing waits for you.",
  shortlisted: "Swipe an approved question right to shortlist it.",
  approved: "Approved questions gather here.",
  done: "Nothing is done yet.",
});

/** @typedef {{element: (id: string) => Element, draw: (id: string, gone: boolean) => void}} Cards */

export class LaneView {
  #stillness = new Stillness();
  #count = h("span", { class: "lane__count" });
  #fresh;
  #list = h("div", { class: "lane__list" });
  #empty;
  element;

  /**
   * @param {Lane} name
   * @param {() => void} released the reader asked for what is new
   * @param {Element | null} [tool] stands in its head
   */
  constructor(name, released, tool = null) {
    this.name = name;
    const release = () => {
      this.#stillness.release();
      released();
    };
    this.#fresh = h("button", { class: "button lane__fresh", on: { click: release } });
    this.#empty = h("p", { class: "lane__empty", text: t(EMPTY[name]) });
    const touch = () => this.#stillness.touch(performance.now());
    for (const event of ["pointerdown", "pointermove", "wheel"]) this.#list.addEventListener(event, touch, { passive: true });
    const title = h("h2", { class: "lane__title", text: stateWord(name) });
    const head = h("header", { class: "lane__head" }, title, this.#count, this.#fresh, tool);
    this.element = h("section", { class: "lane", data: { lane: name } }, head, this.#list, this.#empty);
  }

  /**
   * Note an own act: its card may leave or arrive at once.
   *
   * @param {string} id
   */
  moved(id) {
    this.#stillness.moved(id);
  }

  /** The list was asked to move: it may at once. */
  release() {
    this.#stillness.release();
  }

  /** The list scrolls under a finger: nothing moves by itself. */
  touch() {
    this.#stillness.touch(performance.now());
  }

  /**
   * @param {Question[]} questions as the rows order them
   * @param {Cards} cards
   * @returns {string[]} the ids drawn
   */
  draw(questions, cards) {
    const wanted = questions.map(({ id }) => id);
    const { keys, fresh, gone } = this.#stillness.arrange(wanted, performance.now());
    keyed(
      this.#list,
      keys,
      (id) => id,
      cards.element,
      (_, id) => cards.draw(id, gone.has(id)),
    );
    setText(this.#count, String(questions.length));
    setText(this.#fresh, t("{n} new", { n: fresh }));
    this.#fresh.hidden = fresh === 0;
    this.#empty.hidden = keys.length > 0;
    setAttribute(this.element, "data-empty", keys.length === 0);
    return keys;
  }
}
