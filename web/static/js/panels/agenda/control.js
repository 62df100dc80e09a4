/**
 * The rundown of every room, opened for work.
 *
 * Owns    the control view of the agenda: the room in hand, its deck and rundown, messages, calls, clashes, timeline.
 * Never   hides what is wrong in a room that is not in hand: its tab says so.
 * Used by the agenda panel on the control page.
 */
import { boot } from "../../desk.js";
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, formatCount, formatSpan, inWords, t } from "../../i18n.js";
import { phaseLook } from "./count.js";
import { calls } from "./calls.js";
import { changeLog, ticker } from "./changes.js";
import { deck } from "./deck.js";
import { lateGuest } from "./late.js";
import { composer } from "./message.js";
import { MINUTE, endOf, startOf } from "./model.js";
import { clashes, noticesOf } from "./notices.js";
import { rundown } from "./rundown.js";
import { timeline } from "./timeline.js";
import "./crew.js";

/** @import {Scene} from "./model.js" */

const ACTS = { n: "go to the next item", f: "finish this item", p: "pause or resume", "+": "one minute more", "-": "one minute less", u: "undo the last change" };
const CHOSEN = "cuedesk-control-room";

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  let chosen = panel.room ?? sessionStorage.getItem(CHOSEN);
  /** @type {string[]} */
  let rooms = [];
  const tabs = h("div", { class: "agenda-tabs", attributes: { role: "tablist" }, aria: { label: t("rooms") } });
  const guest = lateGuest(panel);
  const room = deck(panel, guest.open);
  const list = rundown(panel);
  const message = composer(panel, () => chosen);
  const called = calls(panel);
  const log = changeLog();
  const hear = ticker(panel);
  const clash = h("ul", { class: "agenda-notices agenda-clashes" });
  const chart = timeline(panel);
  const root = h("div", { class: "agenda-control" },
    tabs, clash,
    h("div", { class: "agenda-control__main" }, room.root, list.root),
    h("div", { class: "agenda-control__side" }, message.root, called.root, log.root),
    chart.root, guest.root);

  const choose = (/** @type {string|undefined} */ id) => {
    if (!id) return;
    chosen = id;
    sessionStorage.setItem(CHOSEN, id);
    panel.redraw();
  };
  const step = (/** @type {number} */ by) => choose(rooms[(rooms.indexOf(chosen ?? "") + by + rooms.length) % rooms.length]);

  panel.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, dialog")) return;
    if (event.key === "[" || event.key === "]") step(event.key === "[" ? -1 : 1);
    else if (event.key === "m") message.focus();
    else if (!room.press(event.key)) return;
    event.preventDefault();
  }, { signal: panel.signal });

  /** What the palette can do here. Only a desk loads the palette: other pages have no use for its key. */
  const offerAll = async () => {
    const { offer } = await import("../../commands.js");
    const add = (/** @type {string} */ id, /** @type {string} */ title, /** @type {() => void} */ run, hint = "") =>
      offer({ id: `agenda-${id}`, title, hint, run }, panel.signal);
    for (const { id, title } of boot.rooms) add(`room-${id}`, t("show {room}", { room: tame(title) }), () => choose(id), "[ ]");
    for (const [key, title] of Object.entries(ACTS)) add(key === "+" ? "more" : key === "-" ? "less" : key, t(title), () => room.press(key), key.toUpperCase());
    add("late", t("late guest"), guest.open, "L");
    add("message", t("message to the stage"), () => message.focus(), "M");
  };
  void offerAll();

  /** @param {Scene[]} scenes @param {number} now @param {Set<string>} changed */
  const draw = (scenes, now, changed) => {
    rooms = scenes.map((scene) => scene.room.id);
    const scene = scenes.find((one) => one.room.id === chosen) ?? scenes[0];
    if (!scene) return;
    chosen = scene.room.id;
    tabs.hidden = scenes.length < 2;
    keyed(tabs, scenes, (one) => one.room.id,
      (one) => h("button", { class: "agenda-tab", attributes: { type: "button", role: "tab" }, on: { click: () => choose(one.room.id) } },
        h("b"), h("span", { class: "count" }), h("small")),
      (element, one) => drawTab(element, one, one === scene, now));
    drawClashes(clash, scenes, now);
    room.draw(scene, now, noticesOf(scene, now));
    list.draw(scene, changed);
    message.draw(scene);
    guest.draw(scene);
    called.draw(scenes, now);
    log.draw(scene);
    hear(scenes, now);
    chart.draw(scenes, now);
  };
  return { root, draw };
}

/** @param {Element} element @param {Scene} scene @param {boolean} isChosen @param {number} now */
function drawTab(element, scene, isChosen, now) {
  const [name, count, late] = element.children;
  if (!name || !count || !late) return;
  const { room, next, left } = scene;
  setAttribute(element, "aria-selected", String(isChosen));
  setAttribute(element, "data-phase", phaseLook(scene));
  setAttribute(element, "data-trouble", noticesOf(scene, now)[0]?.tone);
  setText(name, tame(room.title));
  setText(count, left !== null ? formatCount(left) : next ? formatClock(startOf(next)) : "–");
  setText(late, room.state === "ended" ? t("ended") : inWords(room.late));
  setAttribute(late, "data-tone", room.late >= 5 * MINUTE ? "bad" : room.late >= MINUTE ? "warn" : "ok");
}

/** Say who is due in two places, and why. @param {Element} container @param {Scene[]} scenes @param {number} now */
function drawClashes(container, scenes, now) {
  const title = (/** @type {string} */ id) => tame(scenes.find(({ room }) => room.id === id)?.room.title ?? id);
  const found = clashes(scenes, now + 8 * 60 * MINUTE).slice(0, 4);
  setAttribute(container, "hidden", found.length === 0);
  keyed(container, found, ({ from, to }) => `${from.id} ${to.id}`,
    () => h("li", { class: "agenda-notice", data: { tone: "bad" } }, h("span")),
    (element, { name, from, to, by }) => setText(element.firstChild, t(
      "{name} is in {from} until {end} and due in {to} at {start}: {span} short",
      { name: tame(name), from: title(from.room), end: formatClock(endOf(from)), to: title(to.room), start: formatClock(startOf(to)), span: formatSpan(by) },
    )));
}
