/**
 * The questions on the wall: what is on air, what is next, and who waits, by side.
 *
 * Owns    its elements.
 * Never   shows a text that the kill key has taken away.
 */

import { boot } from "../../desk.js";
import { h, isolate, keyed, setAttribute, setText, tame } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { drawFrom } from "./words.js";
import { questionsOf } from "./rows.js";

/** @import {Question, Session} from './queue.js' */

translate("zh-Hans", {
  Questions: "提问",
  "ON AIR": "正在回答",
  NEXT: "下一个",
  "No question on air": "当前没有上屏的问题",
  "{n} {n|question waits|questions wait}": "{n} 个问题等待中",
  "No question waits": "没有等待的问题",
  "screens are blank": "屏幕已清空",
  room: "现场",
  remote: "线上",
  "next: #{n}": "下一个：#{n}",
  "room {n}": "现场 {n}",
  "remote {n}": "线上 {n}",
});

/** As many questions on air as can be read from five metres. */
const SPOTS = 3;

/** @typedef {{id: string, title: string, session: Session, questions: Map<string, Question>}} RoomView */

/** @param {any} panel */
export const view = (panel) => new WallView(panel);

class WallView {
  #panel;
  #hero = h("p", { class: "panel__hero wall-q__hero" });
  #spots = h("div", { class: "wall-q__spots" });
  #quiet = h("p", { class: "wall-q__quiet", text: t("No question on air") });
  #rooms = h("ul", { class: "wall-q__rooms" });
  root = h(
    "div",
    { class: "wall-q" },
    h("header", { class: "wall-q__head" }, h("h2", { class: "panel__title", text: t("Questions") }), this.#hero),
    this.#spots,
    this.#quiet,
    this.#rooms,
  );

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
  }

  /** Draw the rooms' queues as they are now. */
  draw() {
    const rooms = roomViews(this.#panel);
    const airing = rooms
      .filter(({ session }) => session.on_air || session.next)
      .sort(byUrgency)
      .slice(0, SPOTS);
    keyed(
      this.#spots,
      airing,
      ({ id }) => id,
      () => makeSpot(),
      drawSpot,
    );
    this.#quiet.hidden = airing.length > 0;
    const waiting = rooms.reduce((sum, { session }) => sum + session.meter.room.waiting + session.meter.remote.waiting, 0);
    setText(this.#hero, waiting ? t("{n} {n|question waits|questions wait}", { n: waiting }) : t("No question waits"));
    const busy = rooms.filter(({ session }) => session.blank || session.meter.room.waiting + session.meter.remote.waiting > 0);
    const most = Math.max(0, ...busy.flatMap(({ session: { meter } }) => [meter.room.waiting, meter.remote.waiting]));
    keyed(
      this.#rooms,
      busy,
      ({ id }) => id,
      () => makeBars(),
      (item, room) => drawBars(item, room, most),
    );
  }
}

/**
 * Read every room's queue from the panel's one topic.
 *
 * @param {any} panel
 * @returns {RoomView[]} the rooms whose rows have arrived
 */
export function roomViews(panel) {
  const rows = panel.rows();
  /** @type {Map<string, Map<string, Question>>} */
  const byRoom = new Map(boot.rooms.map(({ id }) => [id, new Map()]));
  for (const [id, question] of questionsOf(rows)) byRoom.get(question.room)?.set(id, question);
  return boot.rooms.flatMap(({ id, title }) => {
    const session = rows.get(panel.room === null ? `qa/${id}` : "qa");
    const here = panel.room === null || panel.room === id;
    return session && here ? [{ id, title, session, questions: byRoom.get(id) ?? new Map() }] : [];
  });
}

/**
 * @param {RoomView} a
 * @param {RoomView} b
 */
function byUrgency(a, b) {
  return Number(b.session.on_air !== null) - Number(a.session.on_air !== null);
}

function makeSpot() {
  const head = h(
    "header",
    { class: "wall-q__line" },
    h("span", { class: "tally" }),
    h("span", { class: "wall-q__room" }),
    h("strong", { class: "wall-q__number" }),
    h("span", { class: "wall-q__from" }),
  );
  return h("article", { class: "wall-q__spot" }, head, h("p", { class: "wall-q__body" }), h("p", { class: "wall-q__next" }));
}

/**
 * @param {HTMLElement} spot
 * @param {RoomView} room
 */
function drawSpot(spot, { title, session, questions }) {
  const live = session.on_air !== null;
  const question = questions.get(session.on_air ?? session.next ?? "");
  const [tally, place, number, from] = /** @type {HTMLElement[]} */ ([...(spot.children[0]?.children ?? [])]);
  const [, body, next] = /** @type {HTMLElement[]} */ ([...spot.children]);
  if (!tally || !place || !number || !from || !body || !next) return;
  setAttribute(spot, "data-tone", live ? "live" : "next");
  setAttribute(tally, "data-tone", live ? "live" : "next");
  setText(tally, live ? t("ON AIR") : t("NEXT"));
  setText(place, title);
  setText(number, question ? `#${question.number}` : "");
  from.hidden = !question;
  if (question) drawFrom(from, { ...question, name: null }, "");
  const text = question?.body ?? "";
  if (body.textContent !== text) body.replaceChildren(isolate(text));
  const follows = live ? questions.get(session.next ?? "") : undefined;
  next.hidden = !follows;
  setText(next, follows ? `${t("next: #{n}", { n: follows.number })} ${tame(follows.body)}` : "");
}

function makeBars() {
  const part = (/** @type {string} */ side) =>
    h(
      "span",
      { class: "wall-q__bar", data: { side } },
      h("span", { class: "wall-q__count" }),
      h("span", { class: "wall-q__fill" }),
    );
  return h("li", { class: "wall-q__waiting" }, h("span", { class: "wall-q__room" }), part("room"), part("remote"));
}

/**
 * @param {HTMLElement} item
 * @param {RoomView} room
 * @param {number} most that wait on any side of any room: the longest bar
 */
function drawBars(item, { title, session }, most) {
  const [place, ...parts] = /** @type {HTMLElement[]} */ ([...item.children]);
  if (place) setText(place, session.blank ? `${title} · ${t("screens are blank")}` : title);
  for (const part of parts) {
    const side = /** @type {"room" | "remote"} */ (part.dataset["side"]);
    const n = session.meter[side].waiting;
    const [count, fill] = /** @type {HTMLElement[]} */ ([...part.children]);
    fill?.style.setProperty("--share", String(most > 0 ? n / most : 0));
    if (count) setText(count, side === "room" ? t("room {n}", { n }) : t("remote {n}", { n }));
  }
}
