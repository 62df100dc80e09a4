/**
 * What everybody asks: what is on air, what is next, the list to vote, and what was answered.
 *
 * Owns    its elements, and this device's votes.
 * Never   moves the list under a finger.
 * Used by the attendee's view, once the field to ask stands.
 */

import { h, isolate, keyed, setAttribute, setText, tame } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { outbox } from "../../outbox.js";
import { explain, toast } from "../../toast.js";
import { Ballot } from "./ballot.js";
import { freshOf, publicOrder } from "./order.js";
import { ShownList } from "./shown.js";
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
  "Answer: {text}": "答复：{text}",
});

/** States in which a vote counts. */
export const VOTED = new Set(["approved", "shortlisted", "next"]);
const OVER = new Set(["answered", "deferred"]);
/** How often the fresh places change hands, ms: often enough, and not under the eye. */
const ROTATION = 60_000;

export class Votes {
  #panel;
  #ballot = new Ballot(localStorage);
  #still = new Stillness();
  #shown;
  /** @type {{until: number, ids: string[]}} */
  #rotation = { until: 0, ids: [] };
  #phone = String(Math.random());
  #onAir = spot("live", t("ON AIR"));
  #next = spot("next", t("NEXT"));
  #airing = h("section", { class: "airing" }, this.#onAir, this.#next);
  #fresh = h("button", { class: "button", on: { click: () => (this.#still.release(), this.draw()) } });
  #list = h("ol", { class: "votes__list" });
  #empty = h("p", { class: "votes__empty", text: t("No question is up for a vote yet. Yours can be the first.") });
  #overTitle = h("summary", { class: "votes__over-title" });
  #overList = h("ol", { class: "votes__list" });
  #over = h("details", { class: "votes__over", on: { toggle: () => this.draw() } }, this.#overTitle, this.#overList);
  #votes = h(
    "section",
    { class: "votes" },
    h("header", { class: "votes__head" }, h("h2", { class: "votes__title", text: t("Questions from everybody") }), this.#fresh),
    this.#list,
    this.#empty,
    this.#over,
  );
  elements = [this.#airing, this.#votes];

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#shown = new ShownList(panel);
    const touch = () => this.#still.touch(performance.now());
    for (const event of ["pointerdown", "pointermove", "wheel"]) this.#list.addEventListener(event, touch, { passive: true });
    document.addEventListener("scroll", touch, { passive: true, signal: panel.signal });
    for (const part of [this.#airing, this.#over, this.#fresh]) part.hidden = true;
  }

  /** Vote for a question that this device is not for yet. @param {string} id */
  join(id) {
    if (!this.#ballot.has(id)) this.#vote(id);
  }

  /** Draw the rows as they are now. */
  draw() {
    const session = /** @type {Session | undefined} */ (this.#panel.row("qa"));
    /** @type {Map<string, Question>} */
    const questions = new Map(this.#panel.each("q/"));
    this.#ballot.agree(this.#panel.row("my_votes", "me")?.questions ?? [], underWay());
    this.#drawSpot(this.#onAir, session?.blank ? undefined : questions.get(session?.on_air ?? ""));
    this.#drawSpot(this.#next, session?.blank ? undefined : questions.get(session?.next ?? ""));
    this.#airing.hidden = this.#onAir.hidden && this.#next.hidden;
    this.#drawVotes(questions);
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
    draw(body, question.body);
  }

  /** @param {Map<string, Question>} byId */
  #drawVotes(byId) {
    const open = [...byId.values()].filter(({ state }) => VOTED.has(state));
    const wanted = publicOrder(open, this.#freshOnes(open)).map(({ id }) => id);
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
    this.#drawOver([...byId.values()].filter(({ state }) => OVER.has(state)));
  }

  /** Who has the fresh places: for a minute the same ones, and what is newer than them. @param {Question[]} open */
  #freshOnes(open) {
    const now = performance.now();
    if (now > this.#rotation.until) {
      const ids = freshOf(open, this.#shown.seen, this.#phone).map(({ id }) => id);
      this.#rotation = { until: now + ROTATION, ids };
    }
    const place = new Map(this.#rotation.ids.map((id, n) => [id, n]));
    const rank = (/** @type {Question} */ { id, number }) => place.get(id) ?? -number;
    return [...open].sort((a, b) => rank(a) - rank(b));
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
    const item = h("li", { class: "votes__item", data: { key: id } }, vote, h("p", { class: "votes__body" }), h("p", { class: "votes__from" }), h("p", { class: "votes__reply" }));
    this.#shown.watch(item);
    return item;
  }

  /**
   * @param {HTMLElement} item
   * @param {any} question
   */
  #drawItem(item, question) {
    const [vote, body, from, reply] = /** @type {HTMLElement[]} */ ([...item.children]);
    if (!question || !vote || !body || !from || !reply) return;
    setText(/** @type {Element} */ (vote.lastElementChild), String(question.votes));
    setAttribute(vote, "aria-pressed", String(this.#ballot.has(question.id)));
    setAttribute(vote, "aria-label", t("Vote for #{n}, {votes} so far", { n: question.number, votes: question.votes }));
    setAttribute(vote, "disabled", !VOTED.has(question.state));
    draw(body, question.body);
    const state = OVER.has(question.state) ? ` · ${stateWord(question.state)}` : "";
    setText(from, `${byline(question)}${state}`);
    reply.hidden = !question.reply;
    draw(reply, question.reply ? t("Answer: {text}", { text: question.reply }) : "");
  }

  /** @param {string} id */
  #vote(id) {
    const args = this.#ballot.cast(id, !this.#ballot.has(id), this.#panel.now());
    outbox.send("questions", "vote", args).catch((error) => {
      this.#ballot.refused(id);
      this.draw();
      toast(explain(error), { tone: "warn" });
    });
    navigator.vibrate?.(10);
    this.draw();
  }
}

/** The questions whose votes have not arrived yet. */
function underWay() {
  const waiting = outbox.entries.filter(({ verb, state }) => verb === "vote" && state !== "refused");
  return new Set(waiting.map(({ args }) => String(args["question"])));
}

/** Draw a text that somebody typed, unless it stands there already. @param {Element} element @param {string} text */
function draw(element, text) {
  if (element.getAttribute("data-text") === text) return;
  element.setAttribute("data-text", text);
  element.replaceChildren(isolate(text));
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
