/**
 * A moderator's acts on questions: sent once, shown as pending, undone within ten seconds, conflicts explained.
 *
 * Owns    which questions have an act under way from here, and which card is being read.
 * Never   changes a row: what happened comes back with the rows.
 */

import { whoWord } from "../../actor.js";
import { t, translate } from "../../i18n.js";
import { explain, toast } from "../../toast.js";
import { argsOf } from "./queue.js";
import { stateWord } from "./states.js";
import { ageWord, receipt } from "./words.js";

/** @import {Question, Session} from './queue.js' */

translate("zh-Hans", {
  Undo: "撤销",
  "{who} was quicker: #{n} is “{state}” now ({age}).": "{who}抢先一步：#{n} 现在是“{state}”（{age}）。",
  "#{n} has changed meanwhile: it is “{state}” now.": "#{n} 已有变化：现在是“{state}”。",
  "#{n} is back as it was.": "#{n} 已恢复原状。",
  "Somebody else put a question on air just before. Look again, then decide.": "别人刚刚已将另一个问题上屏。请看一眼再决定。",
  "No connection: it will be done as soon as there is one.": "没有连接：恢复后立即执行。",
});

/** A claim lasts 20 s on the server; while a card stays open it is renewed before that. */
const RENEW = 12_000;

/** As long as the server takes an act back, ms. */
const UNDOABLE = 10_000;

/** Acts that need no revision: the stage has its own comparison, and the second of two steps follows the first. */
const FREE = new Set(["air", "shortlist", "next"]);
const UNREVIEWED = new Set(["pending", "held"]);
const AFTER_REVIEW = new Set(["shortlist", "next", "air"]);

export class Acts {
  /** Question id → verb under way. @type {Map<string, string>} */
  pending = new Map();
  /** @type {string | null} */
  reading = null;
  #claimed = -Infinity;
  /** @type {string | null} */
  #last = null;
  /** Takes the offer to undo off the screen. @type {(() => void) | null} */
  #offer = null;
  #panel;
  #changed;

  /**
   * @param {any} panel
   * @param {() => void} changed called when what is pending has changed
   */
  constructor(panel, changed) {
    this.#panel = panel;
    this.#changed = changed;
  }

  /**
   * Take a question where it is meant to go: one that nobody looked at yet is approved on the way.
   *
   * @param {string} verb
   * @param {Question} question
   * @param {Session | undefined} session
   * @param {Record<string, unknown>} [extra]
   */
  async go(verb, question, session, extra) {
    const unseen = UNREVIEWED.has(question.state) && AFTER_REVIEW.has(verb);
    if (unseen && !(await this.act("approve", question, session))) return;
    await this.act(verb, unseen ? (this.#panel.row(`q/${question.id}`) ?? question) : question, session, extra);
  }

  /**
   * Do something to a question, and tell how it went.
   *
   * @param {string} verb
   * @param {Question} question
   * @param {Session | undefined} session
   * @param {Record<string, unknown>} [extra] further arguments, such as a reason
   * @returns {Promise<boolean>} whether it was done
   */
  async act(verb, question, session, extra = {}) {
    if (this.pending.has(question.id)) return false;
    const args = { ...argsOf(verb, question, session), ...extra };
    this.#mark(question.id, verb);
    if (this.#panel.link.state !== "live") toast(t("No connection: it will be done as soon as there is one."), { tone: "info" });
    try {
      await this.#panel.link.send("questions", verb, args, FREE.has(verb) ? {} : { rev: question.rev });
      this.#done(verb, question);
      return true;
    } catch (error) {
      this.#lost(error, question);
      return false;
    } finally {
      this.#mark(question.id, null);
    }
  }

  /** Take back the last act, if there is one. */
  async undo() {
    const question = this.#last;
    if (question === null) return;
    this.#last = null;
    this.#offer?.();
    try {
      await this.#panel.link.send("questions", "undo", { question });
      const row = this.#panel.row(`q/${question}`);
      toast(t("#{n} is back as it was.", { n: row?.number ?? "" }), { tone: "ok" });
    } catch (error) {
      toast(explain(/** @type {any} */ (error)), { tone: "warn" });
    }
  }

  /**
   * Tell colleagues which card is open here. It is a courtesy, so a failure is nobody's news.
   *
   * @param {string | null} question
   */
  read(question) {
    const now = this.#panel.now();
    const before = this.reading;
    this.reading = question;
    if (this.#panel.link.state !== "live") return;
    if (before !== null && before !== question) this.#claim(before, false);
    if (question === null || (question === before && now - this.#claimed < RENEW)) return;
    this.#claimed = now;
    this.#claim(question, true);
  }

  /** Renew the claim of an open card. */
  renew() {
    if (this.reading !== null) this.read(this.reading);
  }

  /**
   * @param {string} question
   * @param {boolean} on
   */
  #claim(question, on) {
    this.#panel.link.send("questions", "claim", { question, on }).catch(() => {});
  }

  /**
   * @param {string} id
   * @param {string | null} verb
   */
  #mark(id, verb) {
    if (verb) this.pending.set(id, verb);
    else this.pending.delete(id);
    this.#changed();
  }

  /**
   * @param {string} verb
   * @param {Question} question
   */
  #done(verb, question) {
    this.#last = question.id;
    // One offer at a time: what was done before it can still be reopened from its lane.
    this.#offer?.();
    const action = { label: t("Undo"), run: () => void this.undo() };
    this.#offer = toast(receipt(verb, question.number), { tone: "ok", action, shown: UNDOABLE });
  }

  /**
   * @param {any} error
   * @param {Question} question
   */
  #lost(error, question) {
    const sentence = error?.code === "conflict" ? this.#clash(error.detail, question) : explain(error);
    toast(sentence, { tone: "warn", shown: UNDOABLE });
  }

  /**
   * @param {any} detail
   * @param {Question} question
   */
  #clash(detail, question) {
    const current = detail?.row;
    if (current && "on_air" in current) return t("Somebody else put a question on air just before. Look again, then decide.");
    const n = question.number;
    const state = stateWord(current?.state ?? this.#panel.row(`q/${question.id}`)?.state ?? question.state);
    if (!detail?.by || !detail.at) return t("#{n} has changed meanwhile: it is “{state}” now.", { n, state });
    const age = ageWord(this.#panel.now() - detail.at);
    return t("{who} was quicker: #{n} is “{state}” now ({age}).", { n, who: whoWord(detail.by), state, age });
  }
}
