/**
 * Keys to react by: taps are sent together, a second's worth at a time, and never wait for an answer.
 *
 * Owns    the attendee view.
 * Never   keeps a tap for later: applause that arrives a minute late is none.
 * Used by the reactions panel on a phone.
 */

import { h, setAttribute, setText } from "../../dom.js";
import { KINDS, signOf, wordOf } from "./kinds.js";

/** @import {Kind} from "./kinds.js" */

/** How long taps are collected, ms; in a large crowd longer. */
const COLLECT = 1_000;
const COLLECT_IN_CROWD = 3_000;
const CROWD = 200;
/** As many of one kind as the server takes in one command. */
const MOST = 20;

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  /** @type {Map<Kind, number>} */
  const taps = new Map();
  /** @type {any} */
  let timer = null;
  let n = 0;
  const send = () => {
    timer = null;
    for (const [kind, count] of taps) {
      n = Math.max(n + 1, panel.now());
      if (panel.link.state === "live")
        panel.link.send("reactions", "react", { room: panel.room, kind, count: Math.min(count, MOST), n }).catch(() => {});
    }
    taps.clear();
  };
  const tap = (/** @type {Kind} */ kind, /** @type {HTMLElement} */ button) => {
    taps.set(kind, (taps.get(kind) ?? 0) + 1);
    navigator.vibrate?.(10);
    bounce(button);
    const people = Number(panel.row("meter")?.["people"] ?? 0);
    timer ??= setTimeout(send, people > CROWD ? COLLECT_IN_CROWD * (0.5 + Math.random()) : COLLECT);
  };
  const keys = KINDS.map((kind) =>
    h(
      "button",
      { class: "react", data: { kind }, attributes: { type: "button" }, aria: { label: wordOf(kind) }, on: { click: (event) => tap(kind, event.currentTarget) } },
      signOf(kind),
      h("span", { class: "react__word", aria: { hidden: true }, text: wordOf(kind) }),
    ),
  );
  const root = h("div", { class: "reacts" }, ...keys);
  panel.signal.addEventListener("abort", () => clearTimeout(timer));
  return { root, draw: () => draw(panel, keys) };
}

/** @param {import("../../panel.js").Panel} panel @param {HTMLElement[]} keys */
function draw(panel, keys) {
  const meter = /** @type {any} */ (panel.row("meter"));
  panel.hidden = meter?.is_on === false;
  const most = Math.max(1, ...Object.values(/** @type {Record<string, number>} */ (meter?.counts ?? {})));
  for (const key of keys) {
    const count = meter?.counts[key.dataset["kind"] ?? ""] ?? 0;
    setAttribute(key, "data-warm", count === 0 ? null : count * 2 > most ? "hot" : "warm");
    key.style.setProperty("--share", String(count / most));
    setText(/** @type {Element} */ (key.lastElementChild), wordOf(/** @type {Kind} */ (key.dataset["kind"])));
  }
}

/** The tap was felt: its key says so for a moment. @param {HTMLElement} button */
function bounce(button) {
  button.classList.remove("is-tapped");
  requestAnimationFrame(() => button.classList.add("is-tapped"));
}
