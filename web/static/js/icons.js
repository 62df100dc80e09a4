/**
 * The few signs that go with a colour and a word.
 *
 * Owns    their outlines, drawn on a 24-unit square in the current colour.
 * Never   stands alone: a sign always has a word beside it.
 * Used by panels, toasts and placeholders.
 */

import { h } from "./dom.js";

/** @type {Record<string, string>} */
const OUTLINES = {
  ok: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 4 2.8 20h18.4L12 4zm0 6v4.5m0 2.6v.4",
  bad: "M8 3h8l5 5v8l-5 5H8l-5-5V8l5-5zm4 4.5v5.5m0 3v.5",
  stale: "M4 12a8 8 0 1 0 2.4-5.7M4 4v4h4M12 8v4l3 2",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 8v6m0-9.5v.5",
  live: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM5 5a10 10 0 0 0 0 14M19 5a10 10 0 0 1 0 14",
  next: "M6 5l9 7-9 7V5zm12 0v14",
  loading: "M12 3v4m0 10v4m9-9h-4M7 12H3m15.4-6.4-2.9 2.9m-7 7-2.9 2.9m12.8 0-2.9-2.9m-7-7L5.6 5.6",
  empty: "M4 13l3-8h10l3 8v6H4v-6zm0 0h5l1 2.5h4l1-2.5h5",
  offline: "M3 3l18 18M5 12.5a10 10 0 0 1 4-2.4m5.5.2a10 10 0 0 1 4.5 2.2M8.5 16a5 5 0 0 1 7 0M12 19.5v.2",
  denied: "M6 11h12v9H6v-9zm2.5 0V8a3.5 3.5 0 0 1 7 0v3",
  done: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-4 9.5 3 3 5-6",
  mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11.5a6 6 0 0 0 12 0M12 17.5V21",
  projector: "M3 8h18v9H3V8zm12 1.8a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4zM6 17v2.5m12-2.5v2.5M6 11h3",
  camera: "M3 7h12v10H3V7zm12 4 6-3.5v9L15 13",
  network: "M12 4v6m-7 9v-4h14v4M12 10v5M9.5 4h5v4h-5V4zM3 19h4v2H3v-2zm14 0h4v2h-4v-2z",
  screen: "M3 5h18v11H3V5zm6 15h6m-3-4v4",
  scanner: "M4 8V4h4m8 0h4v4m0 8v4h-4m-8 0H4v-4m0-4h16",
  device: "M5 5h14v14H5V5zm4 4h6v6H9V9z",
  up: "M12 19V5m-6 6 6-6 6 6",
  down: "M12 5v14m6-6-6 6-6-6",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm5 11.5L20.5 20.5",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M8 8h11v12H8V8zM5 16V4h11",
  qr: "M4 4h6v6H4V4zm10 0h6v6h-6V4zM4 14h6v6H4v-6zm10 0h2v2h-2v-2zm4 0h2v2h-2v-2zm-4 4h2v2h-2v-2zm4 0h2v2h-2v-2z",
  medical: "M10 4h4v6h6v4h-6v6h-4v-6H4v-4h6V4z",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20a7.5 7.5 0 0 1 15 0",
  message: "M4 5h16v11H9l-5 4V5z",
  hand: "M8 12V6.5a1.5 1.5 0 0 1 3 0V11m0-1V5a1.5 1.5 0 0 1 3 0v6m0-4.5a1.5 1.5 0 0 1 3 0V14a6.5 6.5 0 0 1-12 3.5L3.5 14a1.6 1.6 0 0 1 2.6-1.8L8 14",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4.5V12l3.5 2",
};

/**
 * Draw a sign; it is hidden from screen readers, which read its word.
 *
 * @param {string} name
 * @returns {HTMLElement}
 */
export function icon(name) {
  const attributes = { viewBox: "0 0 24 24", focusable: "false" };
  return h("svg", { class: "icon", data: { icon: name }, aria: { hidden: true }, attributes }, h("path", { attributes: { d: OUTLINES[name] ?? OUTLINES["info"] ?? "" } }));
}
