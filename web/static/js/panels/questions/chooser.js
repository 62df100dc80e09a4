/**
 * Which room are you in? The first thing an attendee is asked who did not come by a room's own code.
 *
 * Owns    its list.
 */

import { boot } from "../../desk.js";
import { h, isolate, keyed, setAttribute, setText, tame } from "../../dom.js";
import { t, translate } from "../../i18n.js";

translate("zh-Hans", {
  "Where are you?": "您在哪个会场？",
  "Choose a room to ask, vote and follow.": "选择会场，即可提问、投票、看进度。",
  "Nothing is on here yet": "暂无进行中的环节",
  "The day has ended here": "今日已结束",
  now: "进行中",
  paused: "已暂停",
});

/** @param {any} panel */
export const view = (panel) => new ChooserView(panel);

class ChooserView {
  #panel;
  #list = h("ul", { class: "rooms__list" });

  early = true;
  root = h(
    "section",
    { class: "rooms" },
    h("header", { class: "rooms__head" }, h("h1", { text: t("Where are you?") }), h("p", { text: t("Choose a room to ask, vote and follow.") })),
    this.#list,
  );

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
    this.draw();
  }

  /** Draw the rooms with what is on in them now. */
  draw() {
    const rows = this.#panel.rows();
    keyed(
      this.#list,
      boot.rooms,
      ({ id }) => id,
      (room) => this.#make(room),
      (item, room) => this.#fill(item, room, rows.get(room.id)),
    );
  }

  /** @param {{id: string, title: string}} room */
  #make({ id, title }) {
    const link = h(
      "a",
      { class: "rooms__link", attributes: { href: `/r/${encodeURIComponent(id)}` } },
      h("strong", { class: "rooms__title" }, isolate(title)),
      h("span", { class: "rooms__now" }),
    );
    return h("li", null, link);
  }

  /**
   * @param {HTMLElement} item
   * @param {{id: string, title: string}} room
   * @param {any} row
   */
  #fill(item, room, row) {
    const title = item.querySelector("bdi");
    if (title) setText(title, tame(row?.title ?? room.title));
    const now = item.querySelector(".rooms__now");
    if (!now) return;
    setText(now, onNow(row));
    setAttribute(item, "data-state", row?.state ?? "idle");
  }
}

/**
 * @param {any} row of a room; `item_title`, where the server sends it, is what is on
 * @returns {string}
 */
function onNow(row) {
  if (!row || row.state === "idle") return t("Nothing is on here yet");
  if (row.state === "ended") return t("The day has ended here");
  return [row.state === "paused" ? t("paused") : t("now"), tame(row.item_title ?? "")].filter(Boolean).join(" · ");
}
