/**
 * One row of the rundown: an item with its plan, its forecast, its facts, and what can be done to it.
 *
 * Owns    the elements of a row and which of its keys make sense.
 * Never   asks for anything: the rundown hears which key was pressed.
 * Used by the rundown.
 */
import { h, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, formatSpan, inWords, t } from "../../i18n.js";
import { MINUTE, endOf } from "./model.js";
import { button, drawPickers, drawSpeakers, timesOf } from "./parts.js";

/** @import {ItemRow, Scene} from "./model.js" */

const STATES = /** @type {Record<string, [string, string]>} */ ({
  pending: ["", "info"], running: ["now", "live"], paused: ["paused", "warn"], done: ["done", "ok"], skipped: ["skipped", "stale"],
});

/** What makes no sense any more once an item has ended, and while it is on. */
const AFTERWARDS = ["less", "more", "up", "down", "swap", "skip"];
const MEANWHILE = ["start", "up", "down", "swap", "skip"];

/** Only what has not begun can change its place. @param {ItemRow} item */
export const isMovable = ({ state }) => state === "pending" || state === "skipped";

/** Whether something may be inserted behind an item: the place is still to come, and this room's own. @type {(item: ItemRow, scene: Scene) => boolean} */
const canFollow = (item, { items, room }) =>
  item.room === room.id && (item.state !== "done" || items[items.findIndex(({ id }) => id === item.id) + 1]?.state === "pending");

export function makeRow() {
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
      act("start", "start", "primary"), act("less", "−1 min"), act("more", "+1 min"), act("up", "earlier"), act("down", "later"), act("swap", "swap with…"),
      act("edit", "change"), act("insert", "insert after"), act("skip", "skip", "danger"),
      h("div", { class: "agenda-people agenda-row__people" })));
}

/** @param {Element} element @param {ItemRow} item @param {Scene} scene @param {boolean} isOpen @param {import("../../panel.js").Panel} panel */
export function drawRow(element, item, scene, isOpen, panel) {
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
