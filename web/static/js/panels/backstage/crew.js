/**
 * Backstage for the crew: what must be read now, what was said, and a line to the others.
 *
 * Owns    its elements.
 * Never   marks anything as read by itself: somebody taps it.
 * Used by the backstage panel on the moderate, control and door pages.
 */

import { boot, link, roomTitle } from "../../desk.js";
import { h, isolate, keyed, setAttribute, setText } from "../../dom.js";
import { formatClock, formatSpan, t } from "../../i18n.js";
import { icon } from "../../icons.js";
import { outbox } from "../../outbox.js";
import { explain } from "../../toast.js";
import { Composer } from "./composer.js";
import { deskId, myName } from "./desk.js";
import { isOwn, isUnread, lateness, told } from "./model.js";
import { personWord, placeWord } from "./words.js";

/** @import {Message} from "./model.js" */
/** @import {Entry} from "../../outbox.js" */

/** How many messages show until one asks for all. */
const NEWEST = 4;

/** @param {any} panel */
export const view = (panel) => new CrewView(panel);

class CrewView {
  #panel;
  #composer;
  #all = false;
  /** Messages that were read here, until the rows say so. @type {Set<string>} */
  #read = new Set();
  #alert = h("section", { class: "backstage__alert", attributes: { role: "alert" } });
  #count = h("span", { class: "badge" });
  #waiting = h("ul", { class: "backstage__list" });
  #list = h("ul", { class: "backstage__list" });
  #empty = h("p", {
    class: "backstage__empty",
    text: t("Nothing was said yet. What you send here is read by the crew of the room only."),
  });
  #more = h("button", { class: "button", data: { variant: "quiet" }, attributes: { type: "button" }, on: { click: () => this.#toggle() } });
  /** @type {HTMLElement[]} */
  root;

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#composer = new Composer(panel);
    const head = h("header", { class: "backstage__head" }, h("h2", { class: "panel__title", text: t("Backstage") }), this.#count);
    this.root = [
      this.#alert,
      h("section", { class: "backstage card" }, head, this.#composer.element, this.#waiting, this.#list, this.#empty, this.#more),
    ];
    this.#alert.hidden = true;
    outbox.addEventListener("change", () => panel.redraw(), { signal: panel.signal });
  }

  /**
   * @param {Message[]} messages the oldest first
   * @param {number} now server time, ms
   */
  draw(messages, now) {
    const newest = [...messages].reverse();
    const unread = messages.filter((message) => isUnread(message, deskId, boot.role) && !this.#read.has(message.id));
    const urgent = unread.some(({ level }) => level === "urgent");
    this.#panel.attend(urgent ? "bad" : unread.length > 0 ? "warn" : "quiet", unread.length);
    setText(this.#count, unread.length > 0 ? String(unread.length) : "");
    setAttribute(this.#count, "data-tone", urgent ? "bad" : "warn");
    this.#drawAlert(unread.findLast(({ level }) => level === "urgent") ?? unread.at(-1), unread);
    this.#drawWaiting();
    const shown = this.#all ? newest : newest.slice(0, NEWEST);
    keyed(
      this.#list,
      shown,
      ({ id }) => id,
      (message) => this.#make(message),
      (item, message) => this.#fill(item, message, now),
    );
    this.#empty.hidden = messages.length > 0;
    this.#more.hidden = newest.length <= NEWEST;
    setText(this.#more, this.#all ? t("Newest") : t("All messages"));
  }

  #toggle() {
    this.#all = !this.#all;
    this.#panel.redraw();
  }

  // What must be read now

  /**
   * @param {Message | undefined} message the newest that nobody here has read, an urgent one first
   * @param {Message[]} unread
   */
  #drawAlert(message, unread) {
    this.#alert.hidden = !message;
    const shape = message ? `${message.id} ${unread.length}` : "";
    if (!message || this.#alert.dataset["shape"] === shape) return;
    this.#alert.dataset["shape"] = shape;
    setAttribute(this.#alert, "data-level", message.level);
    const text = h("p", { class: "backstage__text" }, isolate(message.text));
    const all = unread.length > 2 && this.#gotIt(unread, t("Got all {n}", { n: unread.length }), "quiet");
    const tools = h("div", { class: "backstage__tools" }, this.#gotIt([message], t("Got it"), "primary"), all);
    this.#alert.replaceChildren(icon("message"), h("div", null, this.#from(message), text), tools);
  }

  /**
   * @param {Message[]} messages
   * @param {string} text
   * @param {string} variant
   */
  #gotIt(messages, text, variant) {
    const read = () => {
      for (const { id } of messages) {
        this.#read.add(id);
        const args = { message: id, desk: deskId, name: myName() };
        this.#panel.link.send("backstage", "read", args).catch(() => this.#read.delete(id));
      }
      this.#panel.redraw();
    };
    return h("button", { class: "button", data: { variant }, attributes: { type: "button" }, text, on: { click: read } });
  }

  // What was said

  /** @param {Message} message */
  #from(message) {
    const who = isOwn(message, deskId) ? t("you") : personWord(message);
    const whom = message.to.length > 0 ? t("for {whom}", { whom: message.to.map(placeWord).join(", ") }) : "";
    const title = this.#panel.room === null ? roomTitle(message.room) : "";
    const room = who.includes(title) ? "" : title;
    const earlier = lateness(message);
    const late = earlier > 0 ? t("said {span} earlier", { span: formatSpan(earlier) }) : "";
    const words = [who, room, whom, formatClock(message.said_at), late].filter(Boolean);
    return h("p", { class: "backstage__from" }, isolate(words.join(" · ")));
  }

  /** @param {Message} message */
  #make(message) {
    const text = h("p", { class: "backstage__text" }, isolate(message.text));
    return h("li", { class: "backstage__message" }, this.#from(message), text, h("p", { class: "backstage__receipts" }), h("div"));
  }

  /**
   * @param {HTMLElement} item
   * @param {Message} message
   * @param {number} now
   */
  #fill(item, message, now) {
    const unread = isUnread(message, deskId, boot.role) && !this.#read.has(message.id);
    setAttribute(item, "data-level", message.level);
    setAttribute(item, "data-own", isOwn(message, deskId));
    setAttribute(item, "data-unread", unread);
    const receipts = /** @type {HTMLElement} */ (item.querySelector(".backstage__receipts"));
    setText(receipts, receiptWords(message));
    setAttribute(receipts, "data-tone", message.receipts.length > 0 ? null : now - message.at > 10_000 ? "warn" : null);
    const tools = /** @type {HTMLElement} */ (item.lastElementChild);
    if (unread && tools.childElementCount === 0) tools.append(this.#gotIt([message], t("Got it"), "primary"));
    else if (!unread) tools.replaceChildren();
  }

  // What is on its way

  #drawWaiting() {
    const entries = outbox.entries.filter(({ channel }) => channel === "backstage");
    keyed(
      this.#waiting,
      entries,
      ({ ref }) => ref,
      (entry) => h("li", { class: "backstage__message", data: { own: "" } }, h("p", { class: "backstage__text" }, isolate(entry.args["text"])), h("p", { class: "backstage__receipts" })),
      (item, entry) => fillWaiting(item, entry),
    );
  }
}

/**
 * @param {HTMLElement} item
 * @param {Entry} entry
 */
function fillWaiting(item, entry) {
  const line = /** @type {HTMLElement} */ (item.querySelector(".backstage__receipts"));
  setAttribute(item, "data-state", entry.state);
  const waiting = link.state === "live" ? "goes out in a moment" : "waits for a connection";
  if (entry.state !== "refused") return setText(line, t(entry.state === "sending" ? "sending…" : waiting));
  if (line.childElementCount > 0) return;
  const why = explain(/** @type {any} */ (entry.error));
  const away = h("button", { class: "button", data: { variant: "quiet" }, text: t("Take it away"), on: { click: () => void outbox.dismiss(entry.ref) } });
  line.replaceChildren(t("not sent: {why}", { why }), away);
}

/** @param {Message} message */
function receiptWords(message) {
  const { read, delivered } = told(message);
  if (message.receipts.length === 0) return t("not on any screen yet");
  if (read.length === 0) return `✓ ${t("on screen at {n}, not read yet", { n: delivered.length })}`;
  const readers = `✓✓ ${t("read by {who}", { who: read.map(personWord).join(", ") })}`;
  return delivered.length > 0 ? `${readers} · ${t("{n} more {n|has|have} it", { n: delivered.length })}` : readers;
}
