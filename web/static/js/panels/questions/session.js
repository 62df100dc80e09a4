/**
 * The head of the moderator's queue: is the Q&A open, how is it moderated, and a question asked by voice or on paper.
 *
 * Owns    its elements.
 */

import { h, setAttribute, setText } from "../../dom.js";
import { formatCount, language, t, translate } from "../../i18n.js";
import { explain, toast } from "../../toast.js";
import { outbox } from "../../outbox.js";

/** @import {Session} from './queue.js' */

translate("zh-Hans", {
  "Q&A is open": "提问开放中",
  "Q&A closes in {count}": "提问将在 {count} 后关闭",
  "Q&A is closed": "提问已关闭",
  Open: "开放",
  Close: "关闭",
  "Look before showing": "先审后发",
  "Show at once": "先发后审",
  "Show after a delay": "延时发布",
  "How questions are moderated": "审核方式",
  "Type a question": "录入问题",
  "What was asked, by voice or on paper": "口头或纸条上的问题",
  "Name (optional)": "姓名（可选）",
  Add: "添加",
  "by voice": "口头",
  "on paper": "纸条",
  "Added as #{n}.": "已添加为 #{n}。",
  "Kept: it will be added as soon as there is a connection.": "已保存：恢复连接后自动添加。",
});

const MODES = /** @type {const} */ ([
  ["pre", "Look before showing"],
  ["delay", "Show after a delay"],
  ["post", "Show at once"],
]);

export class SessionBar {
  #panel;
  /** @type {Session | undefined} */
  #session;
  #state = h("strong", { class: "qa-bar__state" });
  #toggle = h("button", { class: "button", data: { variant: "quiet" }, on: { click: () => this.#switch() } });
  #mode = h(
    "select",
    { aria: { label: t("How questions are moderated") }, on: { change: () => this.#setMode() } },
    ...MODES.map(([value, words]) => h("option", { attributes: { value }, text: t(words) })),
  );
  #body = h("textarea", {
    aria: { label: t("What was asked, by voice or on paper") },
    attributes: { rows: 2, maxlength: 2000, placeholder: t("What was asked, by voice or on paper") },
  });
  #name = h("input", {
    aria: { label: t("Name (optional)") },
    attributes: { maxlength: 80, placeholder: t("Name (optional)"), autocomplete: "off" },
  });
  #typed = this.#form();
  #more = h("button", {
    class: "button",
    data: { variant: "quiet" },
    text: t("Type a question"),
    aria: { expanded: false },
    on: { click: () => this.#unfold(this.#typed.hidden === true) },
  });
  element = h(
    "header",
    { class: "qa-bar" },
    this.#state,
    this.#toggle,
    h("div", { class: "field qa-bar__mode" }, this.#mode),
    this.#more,
    this.#typed,
  );

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
  }

  /** @param {Session | undefined} session */
  update(session) {
    this.#session = session;
    const open = session?.state === "open";
    const left = session?.closes_at ? Math.max(0, session.closes_at - this.#panel.now()) : null;
    if (session?.state !== "closed" && left !== null)
      setText(this.#state, t("Q&A closes in {count}", { count: formatCount(left) }));
    else setText(this.#state, open ? t("Q&A is open") : t("Q&A is closed"));
    setAttribute(this.#state, "data-state", session?.state);
    setText(this.#toggle, session?.state === "closed" ? t("Open") : t("Close"));
    if (document.activeElement !== this.#mode && session) this.#mode.value = session.mode;
  }

  #switch() {
    const verb = this.#session?.state === "closed" ? "open" : "close";
    void this.#panel.ask("questions", verb, { room: this.#panel.room });
  }

  #setMode() {
    void this.#panel.ask("questions", "mode", { room: this.#panel.room, mode: this.#mode.value });
  }

  #form() {
    const add = (/** @type {string} */ inlet, /** @type {string} */ words) =>
      h("button", {
        class: "button",
        attributes: { type: "button" },
        text: `${t("Add")}: ${t(words)}`,
        on: { click: () => void this.#add(inlet) },
      });
    const form = h(
      "form",
      { class: "qa-bar__typed" },
      h("div", { class: "field qa-bar__body" }, this.#body),
      h("div", { class: "field" }, this.#name),
      add("voice", "by voice"),
      add("slip", "on paper"),
    );
    form.hidden = true;
    form.addEventListener("submit", (event) => event.preventDefault());
    return form;
  }

  /** @param {boolean} open */
  #unfold(open) {
    this.#typed.hidden = !open;
    setAttribute(this.#more, "aria-expanded", String(open));
    if (open) this.#body.focus();
  }

  /** @param {string} inlet */
  async #add(inlet) {
    const body = this.#body.value.trim();
    if (!body) return this.#body.focus();
    const name = this.#name.value.trim() || null;
    if (this.#panel.link.state !== "live") toast(t("Kept: it will be added as soon as there is a connection."), { tone: "info" });
    const sent = outbox.send("questions", "submit", {
      room: this.#panel.room,
      body,
      name,
      lang: language(),
      inlet,
      asked_at: this.#panel.now(),
    });
    this.#body.value = "";
    this.#name.value = "";
    this.#unfold(false);
    const result = await sent.catch((error) => void this.#refused(error, body));
    if (result?.number) toast(t("Added as #{n}.", { n: result.number }), { tone: "ok" });
  }

  /**
   * @param {any} error
   * @param {string} body what was typed: it goes back into the field, nobody types twice
   */
  #refused(error, body) {
    this.#unfold(true);
    this.#body.value = body;
    toast(explain(error), { tone: "warn" });
  }
}
