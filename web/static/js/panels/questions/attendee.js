/**
 * The attendee's phone: ask first, then my questions, what is on air, and the list to vote.
 *
 * Owns    the order of the parts, and this device's votes.
 * Never   waits for the network before the field to ask is there.
 */

import { h, isolate, keyed, setAttribute, setText, tame } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { outbox } from "../../outbox.js";
import { explain, toast } from "../../toast.js";
import { Ask } from "./ask.js";
import { Ballot, publicOrder } from "./ballot.js";
import { MyQuestions } from "./mine.js";
import { questionsOf } from "./rows.js";
import { Stillness } from "./stillness.js";
import { stateWord } from "./states.js";

/** @import {Question, Session} from './queue.js' */

translate("zh-Hans", {
  "ON AIR": "正在回答",
  NEXT: "下一个",
  "Questions from everybody": "大家的问题",
  "No question is up for a vote yet. Yours can be the first.": "还没有可投票的问题，来提第一个吧。",
  "Vote for #{n}, {votes} so far": "为 #{n} 投票，目前 {votes} 票",
  "{n} new": "{n} 条新问题",
  "Answered or put off ({n})": "已回答或会后答复（{n}）",
});

/** States in which a vote counts. */
const VOTED = new Set(["approved", "shortlisted", "next"]);
const OVER = new Set(["answered", "deferred"]);

/** @param {any} panel */
export const view = (panel) => new AttendeeView(panel);

class AttendeeView {
  #panel;
  #ballot = new Ballot(localStorage);
  #still = new Stillness();
  #onAir = spot("live", t("ON AIR"));
  #next = spot("next", t("NEXT"));
  #airing = h("section", { class: "airing" }, this.#onAir, this.#next);
  #fresh = h("button", { class: "button", on: { click: () => (this.#still.release(), this.draw()) } });
  #list = h("ol", { class: "votes__list" });
  #empty = h("p", { class: "votes__empty", text: t("No question is up for a vote yet. Yours can be the first.") });
  #overTitle = h("summary", { class: "votes__over-title" });
  #overList = h("ol", { class: "votes__list" });
  #over = h("details", { class: "votes__over" }, this.#overTitle, this.#overList);
  #votes = h(
    "section",
    { class: "votes" },
    h("header", { class: "votes__head" }, h("h2", { class: "votes__title", text: t("Questions from everybody") }), this.#fresh),
    this.#list,
    this.#empty,
    this.#over,
  );
  #ask;
  #mine;
  early = true;
  /** @type {HTMLElement[]} */
  root;

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#ask = new Ask(panel, {
      near: async (draft) =>
        (await import("./alike.js")).nearest(
          draft,
          [...questionsOf(panel.rows()).values()].filter(({ state }) => VOTED.has(state)),
        ),
      vote: (id) => this.#ballot.has(id) || this.#vote(id),
    });
    this.#mine = new MyQuestions(panel, (body) => this.#ask.restore(body));
    const touch = () => this.#still.touch(performance.now());
    for (const event of ["pointerdown", "pointermove", "wheel"]) this.#list.addEventListener(event, touch, { passive: true });
    document.addEventListener("scroll", touch, { passive: true, signal: panel.signal });
    this.root = [this.#ask.element, this.#mine.element, this.#airing, this.#votes];
    this.#airing.hidden = true;
    this.#over.hidden = true;
    this.#fresh.hidden = true;
    this.#mine.update();
  }

  /** Draw the rows as they are now. */
  draw() {
    const rows = this.#panel.rows();
    const session = /** @type {Session | undefined} */ (rows.get("qa"));
    const questions = questionsOf(rows);
    this.#ask.update(session);
    this.#mine.update();
    this.#drawSpot(this.#onAir, session?.blank ? undefined : questions.get(session?.on_air ?? ""));
    this.#drawSpot(this.#next, session?.blank ? undefined : questions.get(session?.next ?? ""));
    this.#airing.hidden = this.#onAir.hidden && this.#next.hidden;
    this.#drawVotes([...questions.values()]);
  }

  /**
   * @param {HTMLElement} element
   * @param {Question | undefined} question
   */
  #drawSpot(element, question) {
    element.hidden = question === undefined;
    const [head, body] = element.children;
    const from = head?.lastElementChild;
    if (!question || !body || !from) return;
    setText(from, byline(question));
    if (body.getAttribute("data-shown") === `${question.id} ${question.rev}`) return;
    body.setAttribute("data-shown", `${question.id} ${question.rev}`);
    body.replaceChildren(isolate(question.body));
  }

  /** @param {Question[]} questions */
  #drawVotes(questions) {
    const byId = new Map(questions.map((question) => [question.id, question]));
    const wanted = publicOrder(questions.filter(({ state }) => VOTED.has(state))).map(({ id }) => id);
    const { keys, fresh } = this.#still.arrange(wanted, performance.now());
    const shown = keys.filter((id) => byId.has(id));
    keyed(
      this.#list,
      shown,
      (id) => id,
      (id) => this.#make(id),
      (item, id) => this.#drawItem(item, byId.get(id)),
    );
    this.#empty.hidden = shown.length > 0;
    this.#fresh.hidden = fresh === 0;
    setText(this.#fresh, t("{n} new", { n: fresh }));
    this.#drawOver(questions.filter(({ state }) => OVER.has(state)));
  }

  /** @param {Question[]} over */
  #drawOver(over) {
    this.#over.hidden = over.length === 0;
    setText(this.#overTitle, t("Answered or put off ({n})", { n: over.length }));
    if (!this.#over.open) return;
    over.sort((a, b) => b.number - a.number);
    keyed(
      this.#overList,
      over,
      ({ id }) => id,
      ({ id }) => this.#make(id),
      (item, question) => this.#drawItem(item, question),
    );
  }

  /** @param {string} id */
  #make(id) {
    const vote = h(
      "button",
      { class: "vote", attributes: { type: "button" }, on: { click: () => this.#vote(id) } },
      h("span", { class: "vote__sign", aria: { hidden: true }, text: "▲" }),
      h("span", { class: "vote__count" }),
    );
    return h("li", { class: "votes__item" }, vote, h("p", { class: "votes__body" }), h("p", { class: "votes__from" }));
  }

  /**
   * @param {HTMLElement} item
   * @param {Question | undefined} question
   */
  #drawItem(item, question) {
    const [vote, body, from] = /** @type {HTMLElement[]} */ ([...item.children]);
    if (!question || !vote || !body || !from) return;
    setText(/** @type {Element} */ (vote.lastElementChild), String(question.votes));
    setAttribute(vote, "aria-pressed", String(this.#ballot.has(question.id)));
    setAttribute(vote, "aria-label", t("Vote for #{n}, {votes} so far", { n: question.number, votes: question.votes }));
    setAttribute(vote, "disabled", !VOTED.has(question.state));
    if (body.textContent !== question.body) body.replaceChildren(isolate(question.body));
    const state = OVER.has(question.state) ? ` · ${stateWord(question.state)}` : "";
    setText(from, `${byline(question)}${state}`);
  }

  /** @param {string} id */
  #vote(id) {
    const args = this.#ballot.cast(id, !this.#ballot.has(id), this.#panel.now());
    outbox.send("questions", "vote", args).catch((error) => void toast(explain(error), { tone: "warn" }));
    navigator.vibrate?.(10);
    this.draw();
  }
}

/**
 * @param {string} tone
 * @param {string} word
 */
function spot(tone, word) {
  const head = h(
    "header",
    { class: "airing__head" },
    h("span", { class: "tally", data: { tone }, text: word }),
    h("span", { class: "airing__from" }),
  );
  return h("article", { class: "airing__spot", data: { tone } }, head, h("p", { class: "airing__body" }));
}

/** @param {Question} question */
function byline({ number, name }) {
  return name ? `#${number} · ${tame(name)}` : `#${number}`;
}
