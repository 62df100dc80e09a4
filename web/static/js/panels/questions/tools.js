/**
 * What can be done with an open card: its buttons, the reasons of a refusal, the editors, the picture of its slip.
 *
 * Owns    the row under a card.
 * Never   sends anything: it says what was meant.
 */

import { boot } from "../../desk.js";
import { h, isolate } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { REASONS } from "./moves.js";
import { offered } from "./queue.js";
import { reasonWord } from "./states.js";
import { verbWord } from "./words.js";
import { bodyEditor, reasonEditor, replyEditor } from "./written.js";

/** @import {Question} from './queue.js' */
/** @import {Meant, Mood} from './card.js' */

translate("zh-Hans", {
  "Why not?": "原因？",
  "in your words…": "自己写…",
  Cancel: "取消",
  "Merge into #": "合并到 #",
  "Picture of the slip": "纸条照片",
  "answered in writing: {reply}": "书面答复：{reply}",
  "Move up": "上移",
  "Move down": "下移",
  "as asked: {body}": "原文：{body}",
});

export class Tools {
  /** @type {Question} */
  #question;
  #meant;
  #card;
  #drawn = "";
  #editing = false;
  element = h("div", { class: "q-card__tools", on: { click: (/** @type {Event} */ event) => event.stopPropagation() } });

  /**
   * @param {Question} question
   * @param {Meant} meant
   * @param {() => HTMLElement} card
   */
  constructor(question, meant, card) {
    this.#question = question;
    this.#meant = meant;
    this.#card = card;
    this.element.hidden = true;
  }

  /**
   * @param {Question} question
   * @param {Mood} mood
   */
  update(question, mood) {
    if (!this.#editing) this.#question = question;
    const shape = mood.rejecting ? "reasons" : mood.open ? `tools ${question.state} ${question.rev} ${mood.similar.join()}` : "";
    // What somebody is writing stays, whatever others do to the question meanwhile.
    if (shape === this.#drawn || (this.#editing && mood.open && !mood.pending)) return;
    this.#editing = false;
    this.#question = question;
    this.#drawn = shape;
    this.element.hidden = shape === "";
    if (mood.rejecting) this.element.replaceChildren(...this.#reasons());
    else if (mood.open) this.element.replaceChildren(...this.#buttons(question, mood));
    else this.element.replaceChildren();
  }

  /** Open the editor of the text, or of the answer in writing. @param {"edit" | "defer" | "reply"} verb */
  write(verb) {
    if (verb !== "edit" && !offered(this.#question.state).includes(verb)) return;
    const question = this.#question;
    const cancel = () => {
      this.#editing = false;
      this.#drawn = "";
      this.#meant.open(question);
    };
    const act = (/** @type {Record<string, string>} */ more) => this.#meant.act(verb, question, more);
    const promise = verb === "defer" ? () => act({}) : null;
    const parts =
      verb === "edit"
        ? bodyEditor(question, { save: (body) => act({ body }), cancel })
        : replyEditor(question, { promise, send: (reply) => act({ reply }), cancel });
    this.#editing = true;
    this.element.hidden = false;
    this.element.replaceChildren(...parts);
  }

  // Internal

  #reasons() {
    const chips = REASONS.map((reason, n) =>
      h("button", {
        class: "button q-card__reason",
        text: `${n + 1} ${reasonWord(reason)}`,
        on: { click: () => this.#meant.act("reject", this.#question, { reason }) },
      }),
    );
    return [h("strong", { text: t("Why not?") }), ...chips, quiet(t("in your words…"), () => this.#ownReason()), quiet(t("Cancel"), () => this.#meant.refuse(null))];
  }

  #ownReason() {
    const send = (/** @type {string} */ reason) => this.#meant.act("reject", this.#question, { reason });
    this.element.replaceChildren(...reasonEditor({ send, cancel: () => this.#meant.refuse(null) }));
  }

  /**
   * @param {Question} question
   * @param {Mood} mood
   */
  #buttons(question, mood) {
    const [first, ...rest] = offered(question.state, question.is_altered).map((verb) => this.#button(verb));
    if (first) first.dataset["variant"] = "primary";
    const merges = mood.similar.map((n) => quiet(`${t("Merge into #")}${n}`, () => this.#meant.merge(this.#question, n)));
    const edit = quiet(verbWord("edit"), () => this.write("edit"));
    const asked = question.original !== null && question.original !== undefined && noted(t("as asked: {body}", { body: question.original }));
    const reply = question.reply && noted(t("answered in writing: {reply}", { reply: question.reply }));
    const moves = question.state === "shortlisted" ? [this.#move(t("Move up"), -1), this.#move(t("Move down"), 1)] : [];
    const parts = [question.photo && picture(question), asked, reply, first, ...rest, edit, ...moves, ...merges];
    return parts.filter((part) => part instanceof Node);
  }

  /**
   * @param {string} text
   * @param {number} by
   */
  #move(text, by) {
    const place = () => [...(this.#card().parentElement?.children ?? [])].indexOf(this.#card()) + by;
    return quiet(text, () => this.#meant.put(this.#question, place()));
  }

  /** @param {string} verb */
  #button(verb) {
    const meant = () => {
      if (verb === "reject") this.#meant.refuse(this.#question);
      else if (verb === "defer" || verb === "reply") this.write(verb);
      else this.#meant.act(verb, this.#question);
    };
    return quiet(verbWord(verb), meant);
  }
}

/**
 * @param {string} text
 * @param {() => void} click
 */
const quiet = (text, click) => h("button", { class: "button", data: { variant: "quiet" }, text, on: { click } });

/** @param {string} text */
const noted = (text) => h("p", { class: "q-card__original" }, isolate(text));

/** @param {Question} question */
function picture({ id, photo }) {
  const address = `/api/v1/slips/${encodeURIComponent(id)}/${photo}?as=${boot.role}`;
  const image = h("img", { attributes: { src: address, alt: t("Picture of the slip"), loading: "lazy" } });
  return h("a", { class: "q-card__picture", attributes: { href: address, target: "_blank", rel: "noreferrer" } }, image);
}
