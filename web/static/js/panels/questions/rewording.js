/**
 * An asker's own question in other words, until somebody has reviewed it.
 *
 * Owns    the fields that are open, and what becomes of a new wording on its way.
 * Never   loses what was typed: a refused wording stands there until its asker takes it away.
 * Used by my questions.
 */

import { CommandError } from "../../command.js";
import { h, isolate, setAttribute, setText } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { outbox } from "../../outbox.js";
import { explain } from "../../toast.js";
import { characters, LONGEST } from "./ask.js";

/** @import {Mine as Own} from './way.js' */
/** @import {Entry} from '../../outbox.js' */

translate("zh-Hans", {
  Edit: "修改",
  Save: "保存",
  Cancel: "取消",
  "New wording:": "新的文字：",
  "It was reviewed meanwhile, so its first wording stands.": "问题已在此期间审核，保留原来的文字。",
});

export class Rewording {
  #redraw;
  /** Question → what is typed there. @type {Map<string, HTMLElement>} */
  #fields = new Map();

  /** @param {() => void} redraw */
  constructor(redraw) {
    this.#redraw = redraw;
  }

  /** @param {Own} own @returns {boolean} whether its asker may word it anew now */
  offers(own) {
    return own.id !== "" && own.state === "pending" && !this.#fields.has(own.id) && !entryOf(own);
  }

  /**
   * Open the field.
   *
   * @param {Own} own
   * @param {string} [body] what to begin with, its text unless told
   */
  open(own, body = own.body) {
    const [form, typing] = this.#field(own, body);
    this.#fields.set(own.id, form);
    this.#redraw();
    typing.focus();
  }

  /**
   * Draw below a question what is on its way, or the open field.
   *
   * @param {HTMLElement} item
   * @param {Own} own
   */
  draw(item, own) {
    const place = item.querySelector(".reword") ?? item.appendChild(h("div", { class: "reword" }));
    const [field, entry] = [this.#fields.get(own.id), entryOf(own)];
    const shape = field ? "open" : entry ? `${entry.ref} ${entry.state}` : "";
    if (place.getAttribute("data-shape") === shape) return;
    setAttribute(place, "data-shape", shape);
    place.replaceChildren(...(field ? [field] : entry ? this.#underway(own, entry) : []));
  }

  /** @param {Own} own @param {Entry} entry @returns {Node[]} */
  #underway(own, entry) {
    const said = h("p", { class: "mine__body" }, h("strong", { text: `${t("New wording:")} ` }), isolate(entry.args["body"]));
    if (entry.state !== "refused") {
      const wait = entry.state === "sending" ? "Sending…" : "Kept on this phone. It is sent as soon as there is a connection.";
      return [said, h("p", { class: "mine__state", text: t(wait) })];
    }
    const again = () => {
      void outbox.dismiss(entry.ref);
      this.open(own, entry.args["body"]);
    };
    const tools = [own.state === "pending" && key("Edit again", again), key("Remove", () => void outbox.dismiss(entry.ref))];
    return [said, h("p", { class: "mine__state", text: t("Not taken: {why}", { why: why(entry) }) }), h("div", { class: "mine__tools" }, ...tools)];
  }

  /** @param {Own} own @param {string} body @returns {[HTMLElement, HTMLTextAreaElement]} */
  #field(own, body) {
    const typing = h("textarea", { aria: { label: t("Your question") }, attributes: { rows: 3, maxlength: 2000 } });
    const save = h("button", { class: "button", data: { variant: "primary" }, text: t("Save"), attributes: { type: "submit" } });
    const over = h("span", { class: "ask__left", data: { tone: "bad" } });
    const typed = () => {
      const excess = characters(typing.value) - LONGEST;
      setText(over, excess > 0 ? t("{n} {n|character|characters} too many", { n: excess }) : "");
      setAttribute(save, "disabled", excess > 0 || typing.value.trim() === "");
    };
    const close = () => {
      this.#fields.delete(own.id);
      this.#redraw();
    };
    const form = h("form", { class: "field" }, typing, over, h("div", { class: "mine__tools" }, save, key("Cancel", close)));
    typing.value = body;
    typing.addEventListener("input", typed);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      // A refusal is told below the question, also to the page's next life.
      if (typing.value.trim() !== own.body) outbox.send("questions", "edit", { question: own.id, body: typing.value.trim() }).catch(() => {});
      close();
    });
    typed();
    return [form, typing];
  }
}

/** @param {Own} own @returns {Entry | undefined} its newest wording that the server has not taken */
const entryOf = (own) => outbox.entries.findLast(({ channel, verb, args }) => channel === "questions" && verb === "edit" && args["question"] === own.id);

/** @param {string} word @param {() => void} click */
const key = (word, click) => h("button", { class: "button", data: { variant: "quiet" }, text: t(word), attributes: { type: "button" }, on: { click } });

/** @param {Entry} entry */
function why({ error }) {
  if (error?.code === "illegal_transition") return t("It was reviewed meanwhile, so its first wording stands.");
  return explain(new CommandError(error?.code ?? "", error?.message ?? "", error?.detail ?? {}));
}
