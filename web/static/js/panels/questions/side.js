/**
 * The moderator's side: what is on air, what is next, the balance of room and remote, and the big button.
 *
 * Owns    its elements.
 * Never   decides: the next right thing comes from `nextAct`, acts go out through `meant`.
 */

import { h, isolate, setAttribute, setText } from "../../dom.js";
import { formatCount, t, translate } from "../../i18n.js";
import { Balance } from "./balance.js";
import { Finger } from "./finger.js";
import { fitsNow } from "./judgement.js";
import { SWIPE } from "./moves.js";
import { nextAct } from "./queue.js";
import { drawFrom, verbWord } from "./words.js";

/** @import {Act, Question, Session} from './queue.js' */

translate("zh-Hans", {
  "ON AIR": "正在回答",
  NEXT: "下一个",
  "No question on air": "当前没有上屏的问题",
  "Nothing lined up: set one next": "还没有下一个：请选一个",
  "about {n} more {n|fits|fit}": "大约还能回答 {n} 个",
  "no more fit": "时间已不够再答一个",
  "Put #{n} on air": "将 #{n} 上屏",
  "#{n} is answered": "#{n} 已回答完",
  "Line up #{n}": "将 #{n} 设为下一个",
  "Nothing ready: approve a question first": "暂无可用问题：请先审核通过一个",
  BLANK: "清屏",
  "SHOW AGAIN": "恢复显示",
  "Every public display of this room is empty.": "本会场所有公共屏幕已清空。",
});

/** @typedef {{act(verb: string, question: Question): void, blank(on: boolean): void}} SideMeant */

export class Side {
  /** @type {SideMeant} */
  #meant;
  /** @type {Act | null} */
  #act = null;
  #session = /** @type {Session | undefined} */ (undefined);

  #onAir = new Slot("live");
  #next = new Slot("next");
  #fits = h("p", { class: "side__fits" });
  #meter = new Balance();
  #go = h("button", { class: "side__go", on: { click: () => this.go() } });
  #kill = h("button", { class: "side__kill", on: { click: () => this.#meant.blank(!this.#session?.blank) } });
  #blanked = h("p", { class: "side__blanked", attributes: { role: "status" } });

  now = h("section", { class: "side__now" }, this.#onAir.element, this.#next.element, this.#fits, this.#meter.element);
  bar = h("section", { class: "side__bar" }, this.#blanked, this.#kill, this.#go);

  /** @param {SideMeant} meant */
  constructor(meant) {
    this.#meant = meant;
  }

  /** Press the big button. */
  go() {
    if (this.#act) this.#meant.act(this.#act.verb, this.#act.question);
  }

  /**
   * @param {Session | undefined} session
   * @param {Map<string, Question>} questions
   * @param {number} now server time, ms
   */
  update(session, questions, now) {
    this.#session = session;
    this.#act = nextAct(session, questions);
    const meant = (/** @type {string} */ verb, /** @type {Question} */ question) => this.#meant.act(verb, question);
    this.#onAir.update(questions.get(session?.on_air ?? ""), {
      verbs: ["answered", "skip_back"],
      empty: t("No question on air"),
      now,
      meant,
    });
    this.#next.update(questions.get(session?.next ?? ""), {
      verbs: ["unshortlist"],
      empty: t("Nothing lined up: set one next"),
      now,
      meant,
    });
    this.#drawFits(fitsNow(session, now));
    this.#meter.update(session);
    this.#drawBar(session);
  }

  /** @param {number | null} fits */
  #drawFits(fits) {
    this.#fits.hidden = fits === null;
    setText(this.#fits, fits ? t("about {n} more {n|fits|fit}", { n: fits }) : t("no more fit"));
    setAttribute(this.#fits, "data-tone", fits ? "info" : "warn");
  }

  /** @param {Session | undefined} session */
  #drawBar(session) {
    const act = this.#act;
    const n = act?.question.number ?? 0;
    const words = { air: t("Put #{n} on air", { n }), answered: t("#{n} is answered", { n }), next: t("Line up #{n}", { n }) };
    setText(this.#go, act ? words[/** @type {keyof typeof words} */ (act.verb)] : t("Nothing ready: approve a question first"));
    setAttribute(this.#go, "data-tone", act?.tone ?? "none");
    setAttribute(this.#go, "disabled", act === null);
    const blank = session?.blank ?? false;
    setText(this.#kill, blank ? t("SHOW AGAIN") : t("BLANK"));
    setAttribute(this.#kill, "aria-pressed", String(blank));
    this.#blanked.hidden = !blank;
    setText(this.#blanked, blank ? t("Every public display of this room is empty.") : "");
  }
}

/** A place for one question: on air, or next. */
class Slot {
  #kind;
  #tally;
  #number = h("span", { class: "slot__number" });
  #from = h("span", { class: "slot__from" });
  #since = h("span", { class: "slot__since" });
  #body = h("p", { class: "slot__body" });
  #tools = h("div", { class: "slot__tools" });
  #shown = "";
  element;

  /** @param {"live" | "next"} kind */
  constructor(kind) {
    this.#kind = kind;
    this.#tally = h("span", { class: "tally", data: { tone: kind }, text: kind === "live" ? t("ON AIR") : t("NEXT") });
    const head = h("header", { class: "slot__head" }, this.#tally, this.#number, this.#from, this.#since);
    this.element = h("article", { class: "slot", data: { kind } }, head, this.#body, this.#tools);
    if (kind === "next") this.#listen();
  }

  /** What is next needs no lifting: thrown upwards it goes on air. */
  #listen() {
    const rest = () => {
      this.element.style.removeProperty("--rise");
      setAttribute(this.element, "data-will", null);
    };
    const pull = (/** @type {number} */ _, /** @type {number} */ dy) => {
      this.element.style.setProperty("--rise", `${Math.min(0, dy)}px`);
      setAttribute(this.element, "data-will", dy <= -SWIPE ? "air" : null);
    };
    const drop = (/** @type {number} */ dx, /** @type {number} */ dy) => {
      if (dy <= -SWIPE && -dy > Math.abs(dx) && this.#question) this.#meant?.("air", this.#question);
    };
    new Finger(this.element, { pull, drop, rest, tap: () => {}, liftable: () => false, free: true });
  }

  /** @type {Question | undefined} */
  #question;
  /** @type {((verb: string, question: Question) => void) | undefined} */
  #meant;

  /**
   * @param {Question | undefined} question
   * @param {{verbs: string[], empty: string, now: number, meant: (verb: string, question: Question) => void}} how
   */
  update(question, { verbs, empty, now, meant }) {
    [this.#question, this.#meant] = [question, meant];
    setAttribute(this.element, "data-empty", !question);
    const live = this.#kind === "live" && question?.on_air_at ? formatCount(Math.max(0, now - question.on_air_at)) : "";
    setText(this.#since, live);
    const shape = question ? `${question.id} ${question.rev}` : "";
    if (shape === this.#shown && shape) return;
    this.#shown = shape;
    setText(this.#number, question ? `#${question.number}` : "");
    if (question) drawFrom(this.#from, question, t("anonymous"));
    else this.#from.replaceChildren();
    this.#body.replaceChildren(question ? isolate(question.body) : empty);
    const buttons = question
      ? verbs.map((verb) =>
          h("button", {
            class: "button",
            data: { variant: "quiet" },
            text: verbWord(verb),
            on: { click: () => meant(verb, question) },
          }),
        )
      : [];
    this.#tools.replaceChildren(...buttons);
  }
}
