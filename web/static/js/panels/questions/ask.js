/**
 * The field to ask: first on the page, ready before the network is.
 *
 * Owns    the draft, which survives a reload.
 * Never   loses a typed word: what is refused comes back into the field.
 */

import { h, setAttribute, setText, tame } from "../../dom.js";
import { formatCount, language, t, translate } from "../../i18n.js";
import { outbox } from "../../outbox.js";
import { explain, toast } from "../../toast.js";

/** @import {Question, Session} from './queue.js' */

translate("zh-Hans", {
  "Your question": "您的问题",
  "Ask a question…": "写下您的问题…",
  Send: "提交",
  "Anonymous · add your name": "匿名提问 · 填写姓名",
  "Asking as {name}": "以“{name}”提问",
  "Your name": "您的姓名",
  "{n} {n|character|characters} left": "还可输入 {n} 字",
  "{n} {n|character|characters} too many": "超出 {n} 字",
  "Questions close in {count}": "提问将在 {count} 后关闭",
  "Questions are closed": "提问已关闭",
  "Thank you. What was asked so far stays here; the draft on this phone is kept.":
    "感谢参与。已提交的问题仍保留在此，未提交的草稿保存在本机。",
  "You asked this already: it is #{n}.": "您已经问过这个问题：#{n}。",
  "Somebody asked this already.": "已有人问过这个问题。",
  "Asked already?": "已有人问过？",
  "Add your vote to #{n}": "给 #{n} 加一票",
});

/** As many characters, as readers count them, as the server takes. */
export const LONGEST = 500;
const WARN_BELOW = 100;

/** A pause in typing that is worth a comparison, ms. */
const SETTLED = 400;
/** A draft shorter than this is like everything. */
const SHORTEST = 6;

/** @typedef {{near(draft: string): Promise<Question | null>, vote(id: string): void}} Crowd what others have asked */

export class Ask {
  #panel;
  #crowd;
  /** @type {any} */
  #settling = null;
  /** @type {Question | null} */
  #twin = null;
  #twinBody = h("bdi");
  #joins = h("button", { class: "button", attributes: { type: "button" }, on: { click: () => this.#join() } });
  #hint = h(
    "div",
    { class: "ask__hint", attributes: { role: "status" } },
    h("p", null, t("Asked already?"), " ", this.#twinBody),
    this.#joins,
  );
  #draftKey;
  #typing = h("textarea", {
    class: "ask__field",
    aria: { label: t("Your question") },
    attributes: { rows: 3, placeholder: t("Ask a question…"), enterkeyhint: "send", maxlength: 2000 },
    on: { input: () => this.#typed() },
  });
  #name = h("input", {
    aria: { label: t("Your name") },
    attributes: { placeholder: t("Your name"), autocomplete: "name", maxlength: 80 },
    on: { input: () => this.#named() },
  });
  #who = h("summary", { class: "ask__who" });
  #left = h("span", { class: "ask__left", attributes: { "aria-live": "off" } });
  #send = h("button", {
    class: "button ask__send",
    data: { variant: "primary" },
    text: t("Send"),
    attributes: { type: "submit" },
  });
  #closing = h("p", { class: "ask__closing" });
  #form = h(
    "form",
    { class: "ask__form" },
    this.#closing,
    h("div", { class: "field" }, this.#typing),
    this.#hint,
    h(
      "div",
      { class: "ask__row" },
      h("details", { class: "ask__name" }, this.#who, h("div", { class: "field" }, this.#name)),
      this.#left,
      this.#send,
    ),
  );
  #closed = h(
    "div",
    { class: "ask__closed" },
    h("strong", { text: t("Questions are closed") }),
    h("p", { text: t("Thank you. What was asked so far stays here; the draft on this phone is kept.") }),
  );
  element = h("section", { class: "ask" }, this.#form, this.#closed);

  /**
   * @param {any} panel
   * @param {Crowd} crowd
   */
  constructor(panel, crowd) {
    this.#panel = panel;
    this.#crowd = crowd;
    this.#hint.hidden = true;
    this.#draftKey = `cuedesk.draft.${panel.room}`;
    this.#closed.hidden = true;
    this.#typing.value = localStorage.getItem(this.#draftKey) ?? "";
    this.#name.value = localStorage.getItem("cuedesk.name") ?? "";
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#typed();
    this.#named();
  }

  /** @param {Session | undefined} session */
  update(session) {
    const ends = this.#ends(session);
    const left = ends === null ? null : ends - this.#panel.now();
    const closed = session?.state === "closed" && (left ?? 0) <= 0;
    this.#form.hidden = closed;
    this.#closed.hidden = !closed;
    this.#closing.hidden = closed || left === null;
    if (left !== null) setText(this.#closing, t("Questions close in {count}", { count: formatCount(Math.max(0, left)) }));
  }

  /**
   * Put a text back into the field, before whatever is there.
   *
   * @param {string} body
   */
  restore(body) {
    this.#typing.value = [body, this.#typing.value].filter(Boolean).join("\n");
    this.#typed();
    this.#typing.focus();
  }

  // Internal

  /**
   * When Q&A ends for whoever follows with the delay that was measured here.
   *
   * @param {any} session
   * @returns {number | null}
   */
  #ends(session) {
    const delay = Number(sessionStorage.getItem(`cuedesk.delay.${this.#panel.room}`));
    if (session?.state === "closing") return session.closes_at + delay;
    return session?.state === "closed" ? session.shut_at - Math.max(0, session.grace - delay) : null;
  }

  #typed() {
    const left = LONGEST - characters(this.#typing.value);
    localStorage.setItem(this.#draftKey, this.#typing.value);
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#compare(), SETTLED);
    setText(
      this.#left,
      left > WARN_BELOW ? "" : left >= 0 ? t("{n} {n|character|characters} left", { n: left }) : t("{n} {n|character|characters} too many", { n: -left }),
    );
    setAttribute(this.#left, "data-tone", left < 0 ? "bad" : null);
    setAttribute(this.#send, "disabled", left < 0 || this.#typing.value.trim() === "");
  }

  /** Offer what is like the draft; sending it all the same stays one tap. */
  async #compare() {
    const draft = this.#typing.value.trim();
    const twin = draft.length < SHORTEST ? null : await this.#crowd.near(draft);
    if (draft !== this.#typing.value.trim()) return;
    this.#twin = twin;
    this.#hint.hidden = this.#twin === null;
    if (!this.#twin) return;
    setText(this.#twinBody, tame(this.#twin.body));
    setText(this.#joins, t("Add your vote to #{n}", { n: this.#twin.number }));
  }

  #join() {
    if (this.#twin) this.#crowd.vote(this.#twin.id);
    this.#typing.value = "";
    this.#typed();
  }

  #named() {
    const name = this.#name.value.trim();
    localStorage.setItem("cuedesk.name", name);
    setText(this.#who, name ? t("Asking as {name}", { name }) : t("Anonymous · add your name"));
  }

  async #submit() {
    const body = this.#typing.value.trim();
    if (body === "" || characters(body) > LONGEST) return;
    const args = {
      room: this.#panel.room,
      body,
      name: this.#name.value.trim() || null,
      lang: language(),
      asked_at: this.#panel.now(),
    };
    this.#typing.value = "";
    this.#typed();
    try {
      this.#tell(await outbox.send("questions", "submit", args));
    } catch (error) {
      toast(explain(/** @type {any} */ (error)), { tone: "warn" });
    }
  }

  /** @param {any} result */
  #tell(result) {
    if (!result?.duplicate_of) return;
    const twin = this.#panel.row(`q/${result.duplicate_of}`, "me") ?? this.#panel.row(`q/${result.duplicate_of}`);
    toast(twin ? t("You asked this already: it is #{n}.", { n: twin.number }) : t("Somebody asked this already."), {
      tone: "info",
    });
  }
}

/**
 * Count characters as readers do.
 *
 * @param {string} text
 * @returns {number}
 */
export function characters(text) {
  if (typeof Intl.Segmenter !== "function") return [...text].length;
  return [...new Intl.Segmenter().segment(text)].length;
}
