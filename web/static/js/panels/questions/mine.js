/**
 * My questions and their way: what this phone still holds, and what the server says of the rest.
 *
 * Owns    its elements, and what was acknowledged but has not come back as a row yet.
 */

import { h, isolate, keyed, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, t, translate } from "../../i18n.js";
import { outbox } from "../../outbox.js";
import { explain, toast } from "../../toast.js";
import { CommandError } from "../../command.js";
import { placeSentence } from "./outlook.js";
import { questionsOf } from "./rows.js";
import { myQuestions, progress, revocable, STEPS } from "./way.js";
import { reasonWord } from "./states.js";

/** @import {Mine as Own} from './way.js' */

translate("zh-Hans", {
  "My questions": "我的问题",
  "Sending…": "正在提交…",
  "Kept on this phone. It is sent as soon as there is a connection.": "已保存在本机，恢复连接后自动提交。",
  "Not taken: {why}": "未被接收：{why}",
  "Received as #{n}. A moderator is looking at it.": "已收到，编号 #{n}，正在审核。",
  "Received as #{n}. It waits for a closer look.": "已收到，编号 #{n}，等待进一步审核。",
  "Received as #{n}. It waits until {time}: you asked several in a row.": "已收到，编号 #{n}。您连续提问较多，{time} 后审核。",
  "Approved: everybody sees it and can vote.": "已通过：大家可以看到并投票。",
  "Shortlisted by the moderator.": "已被主持人选入候选。",
  "Next: it comes up in a moment.": "下一个就是您的问题。",
  "On air now.": "正在上屏。",
  "Answered.": "已回答。",
  "You will get a written answer.": "将以书面形式答复。",
  "Answered in writing: {reply}": "书面答复：{reply}",
  "Not taken: {reason}.": "未采用：{reason}。",
  "Not taken.": "未采用。",
  "You took it back.": "您已撤回。",
  "Joined with a question like it.": "已与相似问题合并。",
  "Time ran out. It is kept for a written answer.": "时间已到，问题保留，将书面答复。",
  "Take back": "撤回",
  "Take back for good?": "确定撤回？",
  "Edit again": "重新编辑",
  Remove: "移除",
  "Your question #{n}: {sentence}": "您的问题 #{n}：{sentence}",
});

/** How long "really?" stays on a button, ms. */
const SURE = 4_000;

/** @type {Record<string, string>} */
const SENTENCES = {
  sending: "Sending…",
  waiting: "Kept on this phone. It is sent as soon as there is a connection.",
  pending: "Received as #{n}. A moderator is looking at it.",
  approved: "Approved: everybody sees it and can vote.",
  shortlisted: "Shortlisted by the moderator.",
  next: "Next: it comes up in a moment.",
  on_air: "On air now.",
  answered: "Answered.",
  deferred: "You will get a written answer.",
  rejected: "Not taken.",
  withdrawn: "You took it back.",
  merged: "Joined with a question like it.",
  expired: "Time ran out. It is kept for a written answer.",
};

export class MyQuestions {
  #panel;
  #restore;
  /** Acknowledged, and not among the rows yet. @type {Map<string, any>} */
  #received = new Map();
  /** @type {Map<string, string>} */
  #told = new Map();
  /** Comes once the field to ask stands. @type {import("./rewording.js").Rewording | null} */
  rewording = null;
  #list = h("ol", { class: "mine__list" });
  #voice = h("p", { class: "visually-hidden", attributes: { "aria-live": "polite" } });
  element = h("section", { class: "mine" }, h("h2", { class: "mine__title", text: t("My questions") }), this.#list, this.#voice);

  /**
   * @param {any} panel
   * @param {(body: string) => void} restore puts a refused text back into the field
   */
  constructor(panel, restore) {
    this.#panel = panel;
    this.#restore = restore;
    outbox.addEventListener("change", () => this.draw(), { signal: panel.signal });
    outbox.addEventListener("taken", (event) => this.#take(/** @type {CustomEvent} */ (event).detail), { signal: panel.signal });
  }

  /** Draw what is known: the outbox also before the first rows. */
  draw() {
    const rows = questionsOf(this.#panel.rows("me"));
    for (const id of rows.keys()) this.#received.delete(id);
    const mine = myQuestions(outbox.entries, [...rows.values(), ...this.#received.values()], this.#panel.room);
    this.element.hidden = mine.length === 0;
    keyed(
      this.#list,
      mine,
      ({ key }) => key,
      () => this.#make(),
      (item, own) => this.#drawOne(item, own),
    );
    this.#say(mine);
  }

  /** @param {{entry: any, result: any}} taken */
  #take({ entry, result }) {
    if (entry.channel !== "questions" || entry.verb !== "submit" || !result?.id) return;
    const { room, body } = entry.args;
    this.#received.set(result.id, {
      id: result.id,
      number: result.number,
      room,
      body,
      state: result.state,
      close_reason: null,
      retry_at: result.retry_at ?? null,
    });
    this.draw();
  }

  /** @param {Own} own */
  #outlook(own) {
    const session = this.#panel.row("qa");
    const onAir = this.#panel.row(`q/${session?.on_air}`);
    return placeSentence(own, session, onAir?.on_air_at ?? null, this.#panel.now());
  }

  #make() {
    const steps = STEPS.map((step) => h("li", { class: "way__step", data: { step } }));
    return h(
      "li",
      { class: "mine__item" },
      h("p", { class: "mine__body" }),
      h("ol", { class: "way", aria: { hidden: true } }, ...steps),
      h("p", { class: "mine__state" }),
      h("div", { class: "mine__tools" }),
    );
  }

  /**
   * @param {HTMLElement} item
   * @param {Own} own
   */
  #drawOne(item, own) {
    const [body, way, state, tools] = /** @type {HTMLElement[]} */ ([...item.children]);
    const { reached, stopped, tone } = progress(own.state);
    if (!body || !way || !state || !tools) return;
    if (body.textContent !== own.body)
      body.replaceChildren(own.number ? h("strong", { text: `#${own.number} ` }) : "", isolate(own.body));
    setAttribute(item, "data-tone", tone);
    setAttribute(item, "data-stopped", stopped);
    [...way.children].forEach((step, n) => setAttribute(step, "data-reached", n <= reached));
    setText(state, [sentence(own), this.#outlook(own)].filter(Boolean).join(" "));
    this.rewording?.draw(item, own);
    const shape = `${own.key} ${own.state} ${this.rewording?.offers(own)}`;
    if (tools.dataset["shape"] === shape) return;
    tools.dataset["shape"] = shape;
    tools.replaceChildren(...this.#tools(own));
  }

  /** @param {Own} own */
  #tools(own) {
    const button = (/** @type {string} */ text, /** @type {(event: any) => void} */ click) =>
      h("button", { class: "button", data: { variant: "quiet" }, text, on: { click } });
    if (own.state === "refused") {
      const again = () => {
        this.#restore(own.body);
        void outbox.dismiss(own.key);
      };
      return [button(t("Edit again"), again), button(t("Remove"), () => void outbox.dismiss(own.key))];
    }
    if (own.id === "" || !revocable(own.state)) return [];
    const takeBack = button(t("Take back"), (event) => this.#takeBack(event.currentTarget, own));
    return this.rewording?.offers(own) ? [button(t("Edit"), () => this.rewording?.open(own)), takeBack] : [takeBack];
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {Own} own
   */
  #takeBack(button, own) {
    if (button.dataset["sure"] === undefined) {
      button.dataset["sure"] = "";
      setText(button, t("Take back for good?"));
      setTimeout(() => {
        delete button.dataset["sure"];
        setText(button, t("Take back"));
      }, SURE);
      return;
    }
    outbox.send("questions", "withdraw", { question: own.id }).catch((error) => void toast(explain(error), { tone: "warn" }));
  }

  /**
   * Tell a screen reader what has changed: one short sentence, only for own questions.
   *
   * @param {Own[]} mine
   */
  #say(mine) {
    const first = this.#told.size === 0;
    for (const own of mine.filter(({ number }) => number !== null)) {
      const before = this.#told.get(own.key);
      this.#told.set(own.key, own.state);
      if (!first && before !== own.state)
        setText(this.#voice, t("Your question #{n}: {sentence}", { n: own.number ?? "", sentence: sentence(own) }));
    }
  }
}

/**
 * @param {Own} own
 * @returns {string} where the question stands and what happens next
 */
function sentence(own) {
  const n = own.number ?? "";
  if (own.state === "refused") return t("Not taken: {why}", { why: explain(new CommandError(own.reason ?? "", "")) });
  if (own.reply) return t("Answered in writing: {reply}", { reply: tame(own.reply) });
  if (own.state === "held") return heldSentence(own, n);
  if (own.state === "rejected" && own.reason) return t("Not taken: {reason}.", { reason: reasonWord(own.reason) });
  return t(SENTENCES[own.state] ?? own.state, { n });
}

/**
 * @param {Own} own
 * @param {number | string} n
 */
function heldSentence(own, n) {
  if (own.retryAt === null) return t("Received as #{n}. It waits for a closer look.", { n });
  return t("Received as #{n}. It waits until {time}: you asked several in a row.", { n, time: formatClock(own.retryAt) });
}
