/**
 * The items of one room in order, each with its plan, its forecast and its facts.
 *
 * Owns    the list, the row that is open, and how a row is moved by finger, mouse and keyboard.
 * Never   reorders by itself: the list follows the server's rows.
 * Used by the control view of the agenda panel.
 */
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, formatDay, t } from "../../i18n.js";
import { carry } from "./drag.js";
import { editor } from "./edit.js";
import { inserter } from "./insert.js";
import { MINUTE, daysOf } from "./model.js";
import { expectedAfter, neighbourOf } from "./plans.js";
import { drawRow, isMovable, makeRow } from "./row.js";
import { strip } from "./strip.js";

/** @import {ItemRow, Scene} from "./model.js" */
/** @import {Step} from "./plans.js" */

/** What a letter does to the row that has the focus. @type {Record<string, string>} */
const KEYS = { e: "edit", i: "insert", s: "swap", x: "skip" };

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
  /** The item that waits for the one it is to change places with. @type {ItemRow|null} */
  let partner = null;
  const dialog = editor(panel);
  const filler = inserter(panel);
  const proposed = strip(panel, () => {
    const held = proposed.pending();
    carried = held && { do: held.verb, ...held.args };
    panel.redraw();
  });
  const days = h("div", { class: "segmented agenda-days", attributes: { role: "group" }, aria: { label: t("day") } });
  const list = h("ol", { class: "agenda-rundown" });
  const root = h("section", { class: "agenda-list" }, days, proposed.root, list, dialog.root, filler.root);
  const ask = (/** @type {string} */ verb, /** @type {Record<string, any>} */ args) => void panel.ask("agenda", verb, args);
  const find = (/** @type {Element|null} */ row) => shown.find(({ id }) => id === row?.getAttribute("data-key"));

  const toggle = (/** @type {string} */ id) => {
    open = open === id ? null : id;
    panel.redraw();
  };

  /** @param {string} item @param {string} target @param {"before"|"after"} side */
  const move = (item, target, side) => {
    const title = (/** @type {string} */ id) => tame(shown.find((one) => one.id === id)?.title ?? "");
    const words = side === "before" ? "move “{title}” before “{other}”" : "move “{title}” after “{other}”";
    proposed.propose({ verb: "move", args: { item, [side]: target }, title: t(words, { title: title(item), other: title(target) }) });
  };

  /** Move an item past one neighbour more than is proposed already. @param {ItemRow} item @param {-1|1} step */
  const nudge = (item, step) => {
    const target = neighbourOf(shown, item, proposed.pending()?.args ?? {}, step);
    if (target && isMovable(target)) move(item.id, target.id, step < 0 ? "before" : "after");
  };

  /** @param {ItemRow} item */
  const swap = (item) => {
    const other = partner;
    partner = other ? null : item;
    if (other && other.id !== item.id && isMovable(other) && isMovable(item)) {
      const title = t("swap “{a}” with “{b}”", { a: tame(other.title), b: tame(item.title) });
      proposed.propose({ verb: "swap", args: { a: other.id, b: item.id }, title });
    }
    panel.redraw();
  };

  carry(list, move, (over) => {
    carried = over && { do: "move", item: over.key, [over.side]: over.target };
    panel.redraw();
  }, panel.signal);
  list.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const row = target.closest(".agenda-row__face")?.closest("[data-key]");
    const act = target.closest("[data-act]")?.getAttribute("data-act");
    const item = find(target.closest("[data-key]"));
    if (act && item) acts[act]?.(item);
    else if (row && item && partner) swap(item);
    else if (row && item) toggle(item.id);
  });
  list.addEventListener("keydown", (event) => {
    const row = /** @type {Element} */ (event.target).closest("[data-key]");
    const item = find(row);
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const act = event.ctrlKey || event.metaKey ? undefined : KEYS[event.key.toLowerCase()];
    if (!row || !item || (step === 0 && !act)) return;
    event.preventDefault();
    event.stopPropagation();
    if (act) acts[act]?.(item);
    else if (step !== 0 && event.altKey) nudge(item, step);
    else focusFace(step < 0 ? row.previousElementSibling : row.nextElementSibling);
  });
  panel.addEventListener("keydown", (event) => {
    const left = event.key === "Escape" && partner !== null;
    if (left) partner = null;
    if (!left && !proposed.press(event)) return;
    event.preventDefault();
    event.stopPropagation();
    panel.redraw();
  }, { signal: panel.signal, capture: true });

  const acts = /** @type {Record<string, (item: ItemRow) => void>} */ ({
    start: ({ id }) => ask("start", { item: id }),
    skip: ({ id, state }) => ask(state === "skipped" ? "restore" : "skip", { item: id }),
    edit: (item) => dialog.open(item),
    insert: (item) => filler.open(item),
    less: ({ id }) => ask("adjust", { item: id, by: -MINUTE }),
    more: ({ id }) => ask("adjust", { item: id, by: MINUTE }),
    up: (item) => nudge(item, -1),
    down: (item) => nudge(item, 1),
    swap,
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
    dialog.draw(scene);
    proposed.draw(scene);
    setAttribute(list, "data-swap", partner !== null);
    const fresh = list.childElementCount === 0;
    const would = carried && expectedAfter(scene, carried, panel.now());
    setAttribute(list, "data-preview", would !== null);
    keyed(list, shown, ({ id }) => id, makeRow, (element, item) => {
      setAttribute(element, "data-partner", partner?.id === item.id);
      drawRow(element, would ? { ...item, expected: would.get(item.id) ?? item.expected } : item, scene, open === item.id, panel);
      if (changed.has(`item/${item.id}`) && !fresh) panel.flash(element);
    });
    if (scene.room.id !== room) bringIntoView(list, scene.room.item ?? scene.room.next);
    room = scene.room.id;
  };
  return { root, draw };
}

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
  const tabs = all
    .map((items, index) => ({ index, start: items[0]?.planned.start ?? 0 }))
    .map((tab) => ({ ...tab, date: formatDay(tab.start) }))
    .sort((a, b) => a.start - b.start);
  // Two parts of an event on one date are told apart by when they begin.
  /** @param {{index: number, start: number, date: string}} tab */
  const name = ({ index, start, date }) =>
    tabs.some((other) => other.index !== index && other.date === date) ? `${date} ${formatClock(start)}` : date;
  keyed(container, tabs, (tab) => `${tab.index} ${name(tab)}`,
    (tab) => h("button", { text: name(tab), attributes: { type: "button" }, on: { click: () => choose(tab.index) } }),
    (element, { index }) => setAttribute(element, "aria-pressed", String(index === day)));
}
