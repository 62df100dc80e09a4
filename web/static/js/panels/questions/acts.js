/**
 * A moderator's acts on questions: kept until they are taken, shown as pending, undone within ten seconds.
 *
 * Owns    which questions have an act under way from here, and which card is being read.
 * Never   changes a row: what happened comes back with the rows.
 *
 * Acts go through the outbox, each with the revision it was made against: without a net they wait, over a reload as
 * well, and what became history meanwhile comes back as a conflict that says who was quicker.
 */

import { t, translate } from "../../i18n.js";
import { outbox } from "../../outbox.js";
import { explain, toast } from "../../toast.js";
import { passedOver } from "./judgement.js";
import { lostWords, undoWords } from "./lost.js";
import { argsOf } from "./queue.js";
import { receipt, sideWord } from "./words.js";

/** @import {Question, Session} from './queue.js' */
/** @import {Entry} from '../../outbox.js' */

translate("zh-Hans", {
  Undo: "撤销",
  "#{n} is back as it was.": "#{n} 已恢复原状。",
  "Not sent, so nothing happened.": "尚未发送，已取消。",
  "No connection: it will be done as soon as there is one.": "没有连接：恢复后立即执行。",
  "{side} is owed a turn for it: the next suggestions give it back.": "欠{side}一次：接下来的建议会补上。",
});

/** A claim lasts 20 s on the server; while a card stays open it is renewed before that. */
const RENEW = 12_000;

/** As long as the server takes an act back, ms. */
const UNDOABLE = 10_000;

/** The stage has a comparison of its own, and a place in a list is said by its neighbour: both need no revision. */
const FREE = new Set(["air", "order"]);
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
    outbox.addEventListener("change", () => this.#follow(), { signal: panel.signal });
    queueMicrotask(() => this.#follow());
  }

  /**
   * Take a question where it is meant to go: one that nobody looked at yet is approved on the way.
   *
   * @param {string} verb
   * @param {Question} question
   * @param {Session | undefined} session
   * @param {Record<string, unknown>} [extra] further arguments, such as a reason
   * @returns {Promise<boolean>} whether it was done
   */
  async go(verb, question, session, extra = {}) {
    if (this.pending.has(question.id) && verb !== "order") return false;
    const unseen = UNREVIEWED.has(question.state) && AFTER_REVIEW.has(verb);
    const owing = passedOver(verb, question, session, (id) => this.#panel.row(`q/${id}`));
    const args = { ...argsOf(verb, question, session), ...extra };
    // Both steps are kept at once: a reload between them must not leave the second behind.
    const steps = [...(unseen ? [outbox.send("questions", "approve", { question: question.id }, question.rev)] : [])];
    steps.push(outbox.send("questions", verb, args, FREE.has(verb) ? undefined : question.rev + steps.length));
    if (this.#panel.link.state !== "live") toast(t("No connection: it will be done as soon as there is one."), { tone: "info" });
    const outcomes = await Promise.allSettled(steps);
    const lost = outcomes.find((outcome) => outcome.status === "rejected");
    if (lost) this.#lost(lost.reason, question);
    else this.#done(verb, question, owing);
    return !lost;
  }

  /** Take back the last act, if there is one; what still waits for a net is simply not sent. */
  async undo() {
    const question = this.#last ?? [...this.pending.keys()].at(-1) ?? null;
    if (question === null) return;
    this.#last = null;
    this.#offer?.();
    const waiting = outbox.entries.filter((entry) => isAct(entry) && entry.args["question"] === question && entry.state === "waiting");
    const back = await Promise.all(waiting.map(({ ref }) => outbox.dismiss(ref)));
    if (back.length > 0 && back.every(Boolean)) return void toast(t("Not sent, so nothing happened."), { tone: "info" });
    const row = this.#panel.row(`q/${question}`);
    try {
      await this.#panel.link.send("questions", "undo", { question });
      toast(t("#{n} is back as it was.", { n: row?.number ?? "" }), { tone: "ok" });
    } catch (error) {
      toast(row ? undoWords(error, row, this.#panel.now()) : explain(/** @type {any} */ (error)), { tone: "warn" });
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

  /** Draw from the outbox what is under way, and tell what came back for an earlier life of this page. */
  #follow() {
    this.pending.clear();
    for (const entry of outbox.entries.filter(isAct)) {
      const question = String(entry.args["question"]);
      if (entry.state !== "refused") this.pending.set(question, entry.verb);
      else void this.#tell(entry, question);
    }
    this.#changed();
  }

  /**
   * @param {Entry} entry that was refused
   * @param {string} question
   */
  async #tell(entry, question) {
    await outbox.dismiss(entry.ref);
    const row = this.#panel.row(`q/${question}`);
    // What was sent from this page is told where it was asked for.
    if (entry.created < LOADED && row) this.#lost(entry.error, row);
  }

  /**
   * @param {string} verb
   * @param {Question} question
   * @param {"room" | "remote" | null} owing the side that was passed over
   */
  #done(verb, question, owing) {
    this.#last = question.id;
    // One offer at a time: what was done before it can still be reopened from its lane.
    this.#offer?.();
    const action = { label: t("Undo"), run: () => void this.undo() };
    const repaid = owing ? t("{side} is owed a turn for it: the next suggestions give it back.", { side: sideWord(owing) }) : "";
    const sentence = [receipt(verb, question.number), repaid].filter(Boolean).join(" · ");
    this.#offer = toast(sentence, { tone: "ok", action, shown: UNDOABLE });
  }

  /**
   * @param {any} error
   * @param {Question} question
   */
  #lost(error, question) {
    const row = this.#panel.row(`q/${question.id}`) ?? question;
    toast(lostWords(error, row, this.#panel.now()), { tone: "warn", shown: UNDOABLE });
  }
}

/** When this page began. */
const LOADED = Date.now();

/** @param {Entry} entry */
const isAct = ({ channel, verb, args }) => channel === "questions" && verb !== "submit" && typeof args["question"] === "string";
