/**
 * The items of one room in order, each with its plan, its forecast and its facts.
 *
 * Owns    the list, the row that is open, and how a row is moved by finger, mouse and keyboard.
 * Never   reorders by itself: the list follows the server's rows.
 * Used by the control view of the agenda panel.
 */
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, formatDay, formatSpan, inWords, t } from "../../i18n.js";
import { carry } from "./drag.js";
import { editor } from "./edit.js";
import { inserter } from "./insert.js";
import { MINUTE, daysOf, endOf } from "./model.js";
import { button, drawPickers, drawSpeakers, timesOf } from "./parts.js";
import { expectedAfter } from "./plans.js";

/** @import {ItemRow, Scene} from "./model.js" */
/** @import {Step} from "./plans.js" */

const STATES = /** @type {Record<string, [string, string]>} */ ({
  pending: ["", "info"], running: ["now", "live"], paused: ["paused", "warn"], done: ["done", "ok"], skipped: ["skipped", "stale"],
});

/** What makes no sense any more once an item has ended, and while it is on. */
const AFTERWARDS = ["less", "more", "up", "down", "skip"];
const MEANWHILE = ["start", "up", "down", "skip"];

/** @param {import("../../panel.js").Panel} panel */
export function rundown(panel) {
  /** @type {string|null} */
  let open = null;
  /** @type {ItemRow[]} */
  let shown = [];
  let day = 0;
  let room = "";
  /** What dropping the carried row would do: the times shown are those that would follow. @type {Step|null} */
  let carried = null;
  const dialog = editor(panel);
  const filler = inserter(panel);
  const days = h("div", { class: "segmented agenda-days", attributes: { role: "group" }, aria: { label: t("day") } });
  const list = h("ol", { class: "agenda-rundown" });
  const root = h("section", { class: "agenda-list" }, days, list, dialog.root, filler.root);
  const ask = (/** @type {string} */ verb, /** @type {Record<string, any>} */ args) => void panel.ask("agenda", verb, args);
  const find = (/** @type {Element|null} */ row) => shown.find(({ id }) => id === row?.getAttribute("data-key"));

  const toggle = (/** @type {string} */ id) => {
    open = open === id ? null : id;
    panel.redraw();
  };

  /** Move an item past its neighbour. @param {string} id @param {-1|1} step */
  const nudge = (id, step) => {
    const at = shown.findIndex((item) => item.id === id);
    const neighbour = shown[at + step];
    if (neighbour && isMovable(neighbour)) ask("move", { item: id, [step < 0 ? "before" : "after"]: neighbour.id });
  };

  const drop = (/** @type {string} */ item, /** @type {string} */ target, /** @type {string} */ side) => ask("move", { item, [side]: target });
  carry(list, drop, (over) => {
    carried = over && { do: "move", item: over.key, [over.side]: over.target };
    panel.redraw();
  }, panel.signal);
  list.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const row = target.closest(".agenda-row__face")?.closest("[data-key]");
    const act = target.closest("[data-act]")?.getAttribute("data-act");
    const item = find(target.closest("[data-key]"));
    if (act && item) acts[act]?.(item);
    else if (row && item) toggle(item.id);
  });
  list.addEventListener("keydown", (event) => {
    const row = /** @type {Element} */ (event.target).closest("[data-key]");
    const item = find(row);
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!row || !item || step === 0) return;
    event.preventDefault();
    if (event.altKey) nudge(item.id, step);
    else focusFace(step < 0 ? row.previousElementSibling : row.nextElementSibling);
  });

  const acts = /** @type {Record<string, (item: ItemRow) => void>} */ ({
    start: ({ id }) => ask("start", { item: id }),
    skip: ({ id, state }) => ask(state === "skipped" ? "restore" : "skip", { item: id }),
    edit: (item) => dialog.open(item),
    insert: (item) => filler.open(item),
    less: ({ id }) => ask("adjust", { item: id, by: -MINUTE }),
    more: ({ id }) => ask("adjust", { item: id, by: MINUTE }),
    up: ({ id }) => nudge(id, -1),
    down: ({ id }) => nudge(id, 1),
  });

  /** @param {Scene} scene @param {Set<string>} changed */
  const draw = (scene, changed) => {
    const all = daysOf(scene);
    if (day >= all.length) day = 0;
    drawDays(days, all, day, (chosen) => {
      day = chosen;
      panel.redraw();
    });
    shown = all[day] ?? [];
    const fresh = list.childElementCount === 0;
    const would = carried && expectedAfter(scene, carried, panel.now());
    setAttribute(list, "data-preview", would !== null);
    keyed(list, shown, ({ id }) => id, makeRow, (element, item) => {
      drawRow(element, would ? { ...item, expected: would.get(item.id) ?? item.expected } : item, scene, open === item.id, panel);
      if (changed.has(`item/${item.id}`) && !fresh) panel.flash(element);
    });
    if (scene.room.id !== room) bringIntoView(list, scene.room.item ?? scene.room.next);
    room = scene.room.id;
  };
  return { root, draw };
}

/** Only what has not begun can change its place. @param {ItemRow} item */
const isMovable = ({ state }) => state === "pending" || state === "skipped";

/** Whether something may be inserted behind an item: the place is still to come, and this room's own. @type {(item: ItemRow, scene: Scene) => boolean} */
const canFollow = (item, { items, room }) =>
  item.room === room.id && (item.state !== "done" || items[items.findIndex(({ id }) => id === item.id) + 1]?.state === "pending");

/** Show what is on, with what came before it just above. @param {HTMLElement} list @param {string|null} id */
function bringIntoView(list, id) {
  const row = [...list.children].find((one) => one.getAttribute("data-key") === id);
  if (row instanceof HTMLElement) list.scrollTop = row.offsetTop - list.offsetTop - row.offsetHeight;
}

/** @param {Element|null} row */
const focusFace = (row) => /** @type {HTMLElement|null|undefined} */ (row?.querySelector(".agenda-row__face"))?.focus();

/** @param {Element} container @param {ItemRow[][]} all @param {number} day @param {(day: number) => void} choose */
function drawDays(container, all, day, choose) {
  setAttribute(container, "hidden", all.length < 2);
  const tabs = all.map((items, index) => ({ index, start: items[0]?.planned.start ?? 0 })).sort((a, b) => a.start - b.start);
  keyed(container, tabs, ({ index, start }) => `${index} ${start}`,
    ({ index, start }) => h("button", { text: formatDay(start), attributes: { type: "button" }, on: { click: () => choose(index) } }),
    (element, { index }) => setAttribute(element, "aria-pressed", String(index === day)));
}

function makeRow() {
  const act = (/** @type {string} */ name, /** @type {string} */ word, /** @type {string} */ variant = "") => {
    const made = button(t(word), { on: () => {}, variant });
    setAttribute(made, "data-act", name);
    return made;
  };
  return h("li", { class: "agenda-row" },
    h("span", { class: "agenda-grip", aria: { hidden: true }, text: "⠿" }),
    h("button", { class: "agenda-row__face", attributes: { type: "button" } },
      h("span", { class: "count agenda-row__time" }, h("s"), h("b")),
      h("span", { class: "agenda-row__what" }, h("b", { class: "agenda-row__title" }), h("span", { class: "agenda-people" })),
      h("span", { class: "agenda-row__marks" }, h("span", { class: "badge" }), h("small", { class: "agenda-row__length" }))),
    h("div", { class: "agenda-row__acts", attributes: { hidden: true } },
      act("start", "start", "primary"), act("less", "−1 min"), act("more", "+1 min"), act("up", "earlier"), act("down", "later"),
      act("edit", "change"), act("insert", "insert after"), act("skip", "skip", "danger"),
      h("div", { class: "agenda-people agenda-row__people" })));
}

/** @param {Element} element @param {ItemRow} item @param {Scene} scene @param {boolean} isOpen @param {import("../../panel.js").Panel} panel */
function drawRow(element, item, scene, isOpen, panel) {
  const [grip, face, strip] = /** @type {HTMLElement[]} */ ([...element.children]);
  const [time, what, marks] = face?.children ?? [];
  if (!grip || !face || !strip || !time || !what || !marks) return;
  const isNext = scene.room.next === item.id;
  setAttribute(element, "data-state", item.state);
  setAttribute(element, "data-next", isNext);
  setAttribute(element, "data-kind", item.kind);
  setAttribute(element, "data-movable", isMovable(item));
  setAttribute(face, "aria-expanded", String(isOpen));
  grip.classList.toggle("is-off", !isMovable(item));
  drawTime(time, item);
  setText(/** @type {Element} */ (what.firstElementChild), tame(item.title));
  drawSpeakers(/** @type {Element} */ (what.lastElementChild), item.speakers);
  drawMarks(marks, item, isNext);
  strip.hidden = !isOpen;
  if (!isOpen) return;
  drawActs(strip, item, scene);
  drawPickers(/** @type {Element} */ (strip.lastElementChild), item.speakers, panel);
}

/** @param {Element} time @param {ItemRow} item */
function drawTime(time, item) {
  const { planned, expected, drift } = timesOf(item);
  const [was, is] = time.children;
  if (was) setText(was, expected ? planned : "");
  if (is) setText(is, expected ?? planned);
  setAttribute(time, "data-drift", expected ? (drift > 0 ? "late" : "early") : null);
}

/** @param {Element} marks @param {ItemRow} item @param {boolean} isNext */
function drawMarks(marks, item, isNext) {
  const [badge, length] = /** @type {HTMLElement[]} */ ([...marks.children]);
  const [word, tone] = isNext && item.state === "pending" ? ["next", "next"] : STATES[item.state] ?? [item.state, "info"];
  if (!badge || !length) return;
  badge.hidden = word === "";
  setText(badge, word ? t(word) : "");
  setAttribute(badge, "data-tone", tone);
  const ran = item.actual?.end ? item.actual.end - item.actual.start - item.duration : 0;
  const over = Math.abs(ran) >= MINUTE ? ` · ${inWords(ran)}` : "";
  const hard = item.start_kind === "hard" && item.state === "pending" ? ` · ${t("on time!")}` : "";
  setText(length, item.state === "running" ? t("ends {time}", { time: formatClock(endOf(item)) }) : `${formatSpan(item.duration)}${over}${hard}`);
}

/** @param {Element} strip @param {ItemRow} item @param {Scene} scene */
function drawActs(strip, item, scene) {
  const senseless = item.state === "done" ? AFTERWARDS : isMovable(item) ? [] : MEANWHILE;
  for (const one of /** @type {NodeListOf<HTMLButtonElement>} */ (strip.querySelectorAll("[data-act]"))) {
    const act = one.getAttribute("data-act") ?? "";
    one.disabled = senseless.includes(act) || (act === "insert" && !canFollow(item, scene));
    if (act === "skip") setText(/** @type {Element} */ (one.firstChild), t(item.state === "skipped" ? "restore" : "skip"));
  }
}
