/**
 * Every room's queue in brief, for the control desk.
 *
 * Owns    its elements.
 */

import { h, isolate, keyed, setAttribute, setText } from "../../dom.js";
import { formatSpan, t, translate } from "../../i18n.js";
import { lanes } from "./queue.js";
import { roomViews } from "./wall.js";
import { ageWord } from "./words.js";

/** @import {RoomView} from './wall.js' */

translate("zh-Hans", {
  Questions: "提问",
  "{n} {n|waits|wait} for a moderator": "{n} 个问题待审",
  "No queue waits for a moderator": "没有待审的问题",
  "oldest {age}": "最早 {age}",
  open: "开放",
  closing: "即将关闭",
  closed: "已关闭",
  Moderate: "去审核",
  "{waiting} waiting · {ready} ready · {done} done": "待审 {waiting} · 可用 {ready} · 已处理 {done}",
  BLANK: "清屏",
  "SHOW AGAIN": "恢复显示",
  "nothing on air": "无上屏",
  "the room waits {span}": "现场等待 {span}",
  "remote waits {span}": "线上等待 {span}",
});

/** @param {any} panel */
export const view = (panel) => new ControlView(panel);

class ControlView {
  #panel;
  #hero = h("p", { class: "panel__hero" });
  #list = h("ul", { class: "queues" });
  root = h(
    "div",
    { class: "queues-panel" },
    h("header", null, h("h2", { class: "panel__title", text: t("Questions") }), this.#hero),
    this.#list,
  );

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
  }

  /** Draw the queues as they are now. */
  draw() {
    const rooms = roomViews(this.#panel);
    const waiting = rooms.reduce((sum, room) => sum + lanes(room.questions.values()).waiting.length, 0);
    setText(this.#hero, waiting ? t("{n} {n|waits|wait} for a moderator", { n: waiting }) : t("No queue waits for a moderator"));
    keyed(
      this.#list,
      rooms,
      ({ id }) => id,
      (room) => this.#make(room),
      (item, room) => this.#draw(item, room),
    );
  }

  /** @param {RoomView} room */
  #make({ id, title }) {
    const kill = h("button", { class: "button queues__kill", data: { variant: "danger" }, on: { click: () => this.#blank(id) } });
    const head = h(
      "header",
      { class: "queues__head" },
      h("strong", null, isolate(title)),
      h("span", { class: "badge queues__state" }),
    );
    const link = h("a", {
      class: "button",
      data: { variant: "quiet" },
      text: t("Moderate"),
      attributes: { href: `/moderate/${encodeURIComponent(id)}` },
    });
    return h(
      "li",
      { class: "queues__room" },
      head,
      h("p", { class: "queues__air" }),
      h("p", { class: "queues__figures" }),
      h("p", { class: "queues__wait" }),
      h("div", { class: "queues__tools" }, link, kill),
    );
  }

  /**
   * @param {HTMLElement} item
   * @param {RoomView} room
   */
  #draw(item, { session, questions }) {
    const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (item.querySelector(`.queues__${name}`));
    const { waiting, shortlisted, approved, done } = lanes(questions.values());
    setText(find("state"), t(session.state));
    setAttribute(find("state"), "data-tone", session.state === "open" ? "ok" : "info");
    const onAir = questions.get(session.on_air ?? "");
    setAttribute(find("air"), "data-live", Boolean(onAir));
    const text = onAir ? `#${onAir.number} ${onAir.body}` : t("nothing on air");
    if (find("air").textContent !== text) find("air").replaceChildren(isolate(text));
    setText(
      find("figures"),
      t("{waiting} waiting · {ready} ready · {done} done", {
        waiting: waiting.length,
        ready: shortlisted.length + approved.length,
        done: done.length,
      }),
    );
    const oldest = waiting[0] ? [t("oldest {age}", { age: ageWord(this.#panel.now() - waiting[0].perceived) })] : [];
    setText(find("wait"), [...oldest, ...sides(session)].join(" · "));
    setText(find("kill"), session.blank ? t("SHOW AGAIN") : t("BLANK"));
    setAttribute(find("kill"), "aria-pressed", String(session.blank));
  }

  /** @param {string} room */
  #blank(room) {
    const on = !this.#panel.row(`qa/${room}`)?.blank;
    void this.#panel.ask("questions", "blank", { room, on });
  }
}

/** @param {import("./queue.js").Session} session */
function sides({ meter }) {
  const { room, remote } = meter;
  const words = [];
  if (room.median_wait) words.push(t("the room waits {span}", { span: formatSpan(room.median_wait) }));
  if (remote.median_wait) words.push(t("remote waits {span}", { span: formatSpan(remote.median_wait) }));
  return words;
}
