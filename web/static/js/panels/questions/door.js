/**
 * Paper slips at the door: typed or photographed where they are handed in, kept without a net, at their true time.
 *
 * Owns    its elements, and which picture goes with the slip that is being typed.
 * Never   shows a slip that was entered elsewhere.
 * Used by the questions panel on the door page.
 */

import { boot } from "../../desk.js";
import { h, isolate, keyed, setAttribute, setText } from "../../dom.js";
import { language, t, translate } from "../../i18n.js";
import { icon } from "../../icons.js";
import { outbox } from "../../outbox.js";
import { explain, toast } from "../../toast.js";
import { shrunk } from "./picture.js";
import { questionsOf } from "./rows.js";
import { stateWord } from "./states.js";
import { isMyStub, nextStub, slips } from "./stub.js";

/** @import {Slip} from "./stub.js" */

translate("zh-Hans", {
  "Paper slip": "纸条提问",
  "Enter a paper slip": "录入纸条",
  Fold: "收起",
  "What the slip says": "纸条上的问题",
  "Name (optional)": "姓名（可选）",
  Room: "会场",
  Photograph: "拍照",
  "Another picture": "重拍",
  "Without picture": "不要照片",
  "Keep the slip": "保存纸条",
  "Paper slip: see the picture": "纸条：见照片",
  "Write {receipt} on the stub.": "请在回执上写 {receipt}。",
  "This is no picture that the phone can read. Take another one.": "无法读取这张照片，请重拍。",
  "Type what it says, or photograph it.": "请录入文字或拍照。",
  "waits for a connection": "等待网络",
  "sending…": "发送中…",
  "not taken: {why}": "未采用：{why}",
  "Edit again": "重新编辑",
  Remove: "移除",
});

const ROOM = "cuedesk-slip-room";
const SHOWN = 8;

/** @param {any} panel */
export const view = (panel) => new SlipView(panel);

class SlipView {
  #panel;
  /** @type {string | null} */
  #photo = null;
  #body = h("textarea", { aria: { label: t("What the slip says") }, attributes: { rows: 3, maxlength: 2000, placeholder: t("What the slip says") } });
  #name = h("input", { aria: { label: t("Name (optional)") }, attributes: { maxlength: 80, placeholder: t("Name (optional)"), autocomplete: "off" } });
  #room = h("select", { aria: { label: t("Room") } }, ...boot.rooms.map(({ id, title }) => h("option", { attributes: { value: id }, text: title })));
  #file = h("input", { class: "visually-hidden", attributes: { type: "file", accept: "image/*", capture: "environment", tabindex: -1 }, aria: { label: t("Photograph") } });
  #take = h("button", { class: "button", attributes: { type: "button" }, on: { click: () => this.#file.click() } }, icon("camera"), h("span", { text: t("Photograph") }));
  #without = h("button", { class: "button", data: { variant: "quiet" }, attributes: { type: "button" }, text: t("Without picture"), on: { click: () => this.#show(null) } });
  #preview = h("img", { class: "slip__preview", attributes: { alt: "" } });
  #stub = h("p", { class: "slip__stub", attributes: { role: "status" } });
  #list = h("ul", { class: "slip__list" });
  #form = h(
    "form",
    { class: "slip__form", on: { submit: (/** @type {Event} */ event) => this.#submit(event) } },
    h("div", { class: "field" }, this.#room),
    h("div", { class: "field" }, this.#body),
    h("div", { class: "slip__picture" }, this.#file, this.#take, this.#without, this.#preview),
    h("div", { class: "field" }, this.#name),
    h("button", { class: "button slip__keep", data: { variant: "primary" }, attributes: { type: "submit" }, text: t("Keep the slip") }),
  );
  #unfold = h("button", { class: "button", attributes: { type: "button" }, on: { click: () => this.#fold(!this.#form.hidden) } });
  root = h("section", { class: "slip" }, h("header", { class: "slip__head" }, h("h2", { class: "panel__title", text: t("Paper slip") }), this.#unfold), this.#form, this.#stub, this.#list);

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
    const kept = localStorage.getItem(ROOM);
    if (boot.rooms.some(({ id }) => id === kept)) this.#room.value = kept ?? "";
    this.#room.addEventListener("change", () => localStorage.setItem(ROOM, this.#room.value));
    this.#file.addEventListener("change", () => void this.#picked());
    outbox.addEventListener("change", () => panel.redraw(), { signal: panel.signal });
    this.#show(null);
    this.#fold(true);
  }

  /** Draw the slips that were entered here. */
  draw() {
    const mine = slips(outbox.entries, questionsOf(this.#panel.rows()).values(), isMyStub).slice(0, SHOWN);
    keyed(
      this.#list,
      mine,
      ({ key }) => key,
      () => h("li", { class: "slip__item" }, h("strong", { class: "slip__receipt" }), h("span", { class: "slip__state badge" }), h("p", { class: "slip__body" }), h("div", { class: "slip__tools" })),
      (item, slip) => this.#draw(item, slip),
    );
  }

  /**
   * @param {HTMLElement} item
   * @param {Slip} slip
   */
  #draw(item, slip) {
    const [receipt, state, body, tools] = /** @type {HTMLElement[]} */ ([...item.children]);
    if (!receipt || !state || !body || !tools) return;
    setText(receipt, slip.number === null ? slip.receipt : `${slip.receipt} · #${slip.number}`);
    setText(state, where(slip));
    setAttribute(state, "data-tone", slip.state === "refused" ? "bad" : slip.number === null ? "stale" : slip.state === "on_air" ? "live" : "info");
    if (body.textContent !== slip.body) body.replaceChildren(isolate(slip.body));
    if (slip.state !== "refused") return tools.replaceChildren();
    if (tools.childElementCount > 0) return;
    tools.replaceChildren(
      plain(t("Edit again"), () => this.#again(slip)),
      plain(t("Remove"), () => void outbox.dismiss(slip.key)),
    );
  }

  /** @param {boolean} folded */
  #fold(folded) {
    this.#form.hidden = folded;
    setText(this.#unfold, folded ? t("Enter a paper slip") : t("Fold"));
    setAttribute(this.#unfold, "aria-expanded", String(!folded));
  }

  // The picture

  async #picked() {
    const [file] = this.#file.files ?? [];
    this.#file.value = "";
    if (!file) return;
    const picture = await shrunk(file);
    if (picture === null) return void toast(t("This is no picture that the phone can read. Take another one."), { tone: "warn" });
    this.#show(picture);
  }

  /** @param {string | null} picture in base64 */
  #show(picture) {
    this.#photo = picture;
    this.#preview.hidden = this.#without.hidden = picture === null;
    if (picture !== null) this.#preview.src = `data:image/jpeg;base64,${picture}`;
    setText(/** @type {Element} */ (this.#take.lastElementChild), picture === null ? t("Photograph") : t("Another picture"));
  }

  // Keeping a slip

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const body = this.#body.value.trim() || (this.#photo !== null ? t("Paper slip: see the picture") : "");
    if (!body) {
      toast(t("Type what it says, or photograph it."), { tone: "info" });
      return this.#body.focus();
    }
    const receipt = nextStub();
    const slip = {
      room: this.#room.value,
      body,
      name: this.#name.value.trim() || null,
      lang: language(),
      inlet: "slip",
      asked_at: Math.round(this.#panel.now()),
      photo: this.#photo,
      receipt,
    };
    outbox.send("questions", "submit", slip).catch(() => this.#panel.redraw());
    this.#body.value = this.#name.value = "";
    this.#show(null);
    setText(this.#stub, t("Write {receipt} on the stub.", { receipt }));
    navigator.vibrate?.(40);
    this.#body.focus();
  }

  /** @param {Slip} slip that was not taken: nobody types twice */
  #again(slip) {
    this.#fold(false);
    this.#body.value = slip.body;
    this.#name.value = slip.name ?? "";
    this.#show(slip.photo);
    void outbox.dismiss(slip.key);
    this.#body.focus();
  }
}

/** @param {Slip} slip */
function where(slip) {
  if (slip.state === "refused") return t("not taken: {why}", { why: explain(/** @type {any} */ (slip.error)) });
  if (slip.number === null) return slip.state === "sending" ? t("sending…") : t("waits for a connection");
  return stateWord(slip.state);
}

/** @param {string} text @param {() => void} click */
const plain = (text, click) => h("button", { class: "button", data: { variant: "quiet" }, attributes: { type: "button" }, text, on: { click } });
