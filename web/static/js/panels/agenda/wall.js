/**
 * All rooms at one glance, from five metres.
 *
 * Owns    the wall view of the agenda: rooms by impact, what is on, how long, how late, what is wrong.
 * Never   offers anything to press.
 * Used by the agenda panel on the wall.
 */
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, formatCount, formatSpan, inWords, t } from "../../i18n.js";
import { ticker } from "./changes.js";
import { countdown, drawCount, phaseLook } from "./count.js";
import { MINUTE, startOf } from "./model.js";
import { clashes, noticesOf, standing } from "./notices.js";
import { drawNotices, endWord, wordNotice } from "./parts.js";
import "./crew.js";

/** @import {Notice, Scene} from "./model.js" */
/** @typedef {{scene: Scene, notices: Notice[]}} Entry */

const OVERNIGHT = 6 * 60 * MINUTE;
/** With more rooms than this, the first few stand large and all others in a table below. */
const MANY = 6;
const LEADING = 3;
/** With more than this, one less: each of the others needs its line. */
const CROWD = 12;
const COLUMNS = 3;

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const hear = ticker(panel);
  const sorted = standing();
  const word = h("span", { class: "panel__hero agenda-wall__hero" });
  const list = h("ol", { class: "agenda-wall" });
  const rest = h("ul", { class: "agenda-wall__rest" });
  const root = h("div", { class: "agenda-wall__root" }, h("header", { class: "agenda-wall__head" }, word), list, rest);

  let fits = Infinity;
  let crowd = 0;

  /** Those of the others that have a place; the calmest are counted in the last one. @param {Entry[]} others @returns {[Entry[], number]} */
  const seated = (others) => {
    const line = rest.firstElementChild?.getBoundingClientRect().height ?? 0;
    const places = root.hasAttribute("data-many") && line > 0 ? COLUMNS * Math.max(1, Math.floor(rest.clientHeight / line)) : Infinity;
    return others.length <= places ? [others, 0] : [others.slice(0, places - 1), others.length - places + 1];
  };

  /** As many rows as the wall has room for; the others stand in one line below. */
  const room = () => {
    if (root.hasAttribute("data-many")) return list.childElementCount > 0 && crowd > CROWD ? LEADING - 1 : LEADING;
    const height = list.firstElementChild?.getBoundingClientRect().height ?? 0;
    return height > 0 ? Math.max(1, Math.floor(list.clientHeight / height)) : Infinity;
  };

  /** @param {Scene[]} scenes @param {number} now */
  const draw = (scenes, now) => {
    hear(scenes, now);
    const entries = sorted(scenes.map((scene) => ({ scene, notices: noticesOf(scene, now) })), now);
    setAttribute(root, "data-many", scenes.length > MANY);
    crowd = scenes.length;
    const open = entries.filter(({ scene, notices }) => notices.length > 0 || !isOver(scene, now));
    setText(word, headline(entries, now));
    setAttribute(word, "data-tone", entries.some(({ notices, scene }) => notices[0]?.tone === "bad" || scene.room.late >= 5 * MINUTE) ? "warn" : "ok");
    const drawRows = () => {
      const shown = open.slice(0, fits);
      keyed(list, shown, ({ scene }) => scene.room.id, makeRow, (element, entry) => drawRow(element, entry, now));
      return shown;
    };
    let shown = drawRows();
    const measured = room();
    if (measured !== fits) {
      fits = measured;
      shown = drawRows();
    }
    const others = entries.filter((entry) => !shown.includes(entry));
    const [told, untold] = seated(others);
    keyed(rest, told, ({ scene }) => scene.room.id, () => h("li", null, h("b"), h("span")), (element, { scene, notices }) => {
      setText(element.firstChild, tame(scene.room.title));
      setText(element.lastChild, brief(scene, now, crowd > MANY));
      setAttribute(element, "data-tone", notices[0]?.tone ?? (scene.room.late >= 5 * MINUTE ? "warn" : null));
    });
    setAttribute(rest, "data-more", untold > 0 ? t("{n} more", { n: untold }) : null);
  };
  return { root, draw };
}

/** @param {Scene} scene @param {number} now */
const isOver = ({ room, current, next }, now) =>
  room.state === "ended" || (!current && (!next || startOf(next) - now > OVERNIGHT));

/** @param {Scene} scene @param {number} now @param {boolean} isCrowded there is room for how late it is, and no more */
function brief(scene, now, isCrowded) {
  if (isOver(scene, now)) return t("done for today");
  if (isCrowded) return inWords(scene.room.late);
  return `${scene.left === null ? formatClock(scene.next && startOf(scene.next)) : formatCount(scene.left)} · ${inWords(scene.room.late)}`;
}

/**
 * The one thing to know of all rooms.
 *
 * @param {Entry[]} entries worst first
 * @param {number} now
 */
function headline(entries, now) {
  const open = entries.map(({ scene }) => scene).filter((scene) => !isOver(scene, now));
  const [clash] = clashes(open, now + OVERNIGHT);
  const bad = entries.find(({ notices }) => notices[0]?.tone === "bad");
  if (clash) {
    return t("{name} is due in two rooms at {time}", { name: tame(clash.name), time: formatClock(startOf(clash.to)) });
  }
  if (bad?.notices[0]) return `${tame(bad.scene.room.title)}: ${wordNotice(bad.notices[0])}`;
  const late = open.filter(({ room }) => room.late >= MINUTE);
  const worst = late.reduce((most, { room }) => Math.max(most, room.late), 0);
  if (open.length === 0) return t("all rooms are done for today");
  if (late.length === 0) return t("no room is late");
  if (late.length === 1) return t("{room} is {span} late", { room: tame(late[0]?.room.title ?? ""), span: formatSpan(worst) });
  return t("{n} rooms late, up to {span}", { n: late.length, span: formatSpan(worst) });
}

function makeRow() {
  return h("li", { class: "agenda-wall__row" },
    h("span", { class: "agenda-wall__room" }),
    h("span", { class: "agenda-wall__on" }, h("b", { class: "agenda-wall__title" }), h("span", { class: "agenda-wall__next" })),
    countdown(),
    h("span", { class: "badge agenda-wall__late" }),
    h("span", { class: "agenda-wall__end" }),
    h("ul", { class: "agenda-notices" }));
}

/** @param {Element} element @param {Entry} entry @param {number} now */
function drawRow(element, { scene, notices }, now) {
  const { room, current, next } = scene;
  const [name, on, count, late, end, notes] = /** @type {HTMLElement[]} */ ([...element.children]);
  const [title, after] = on?.children ?? [];
  if (!name || !count || !late || !end || !notes || !title || !after) return;
  setAttribute(element, "data-phase", phaseLook(scene));
  setText(name, tame(room.title));
  setText(title, current ? tame(current.title) : next ? `${t("next")} ${formatClock(startOf(next))}` : t("nothing more today"));
  setText(after, next ? (current ? `${t("then")} ${formatClock(startOf(next))} ${tame(next.title)}` : tame(next.title)) : "");
  if (current) drawCount(count, scene);
  else drawWait(count, next ? startOf(next) - now : null);
  setText(late, inWords(room.late));
  setAttribute(late, "data-tone", room.late >= 5 * MINUTE ? "bad" : room.late >= MINUTE ? "warn" : "ok");
  setText(end, endWord(room, true));
  drawNotices(notes, notices.slice(0, 1));
}

/** @param {Element} count @param {number|null} until */
function drawWait(count, until) {
  setAttribute(count, "data-phase", "idle");
  const [, digits, word] = count.children;
  if (digits) setText(digits, until === null || until > OVERNIGHT ? "" : formatCount(Math.max(0, until)));
  if (word) setText(word, until === null ? "" : t(until > 0 ? "until start" : "due now"));
}
