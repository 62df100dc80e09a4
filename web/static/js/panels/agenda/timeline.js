/**
 * Plan against reality: a line per room.
 *
 * Owns    the chart of the control view: what was planned as a thin line, what is and will be as a bar, and now.
 * Never   draws more often than every ten seconds while nothing changes.
 * Used by the control view of the agenda panel.
 */
import { h, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, t } from "../../i18n.js";
import { onResize } from "../../fit.js";
import { loadPlotly, token, wallTime } from "../../plotly.js";
import { MINUTE, daysOf, endOf, startOf } from "./model.js";

/** @import {ItemRow, Scene} from "./model.js" */
/** @typedef {{item: ItemRow, line: number}} Bar */

const EVERY = 10_000;
const BEFORE = 60 * MINUTE;
const AFTER = 180 * MINUTE;
const ROOM_HEIGHT = 46;
const MARGINS = 40;
const LETTER = 7.5;
const FRAME = "cuedesk-timeline";

/** @param {import("../../panel.js").Panel} panel */
export function timeline(panel) {
  const plot = h("div", { class: "agenda-timeline__plot" });
  const note = h("p", { class: "agenda-timeline__note", text: t("thin: planned · bar: as it is and will be · amber: when the day likely ends, and by when in 9 of 10 cases") });
  let isWhole = sessionStorage.getItem(FRAME) === "day";
  const frames = [["hours", "next hours"], ["day", "whole day"]].map(([name = "", word = ""]) => h("button", {
    text: t(word), attributes: { type: "button" }, aria: { pressed: (name === "day") === isWhole },
    on: { click: () => {
      isWhole = name === "day";
      sessionStorage.setItem(FRAME, name);
      for (const [place, one] of frames.entries()) setAttribute(one, "aria-pressed", String((place === 1) === isWhole));
      panel.redraw();
    } },
  }));
  const root = h("section", { class: "card agenda-timeline", aria: { label: t("plan and reality") } },
    h("h3", { class: "agenda-section", text: t("plan and reality") }), h("div", { class: "segmented agenda-timeline__frames", attributes: { role: "group" }, aria: { label: t("plan and reality") } }, ...frames), plot, note);
  let drawn = "";
  /** @type {any} */
  let plotly = null;
  let isLoading = false;

  const load = async () => {
    isLoading = true;
    try {
      plotly = await loadPlotly();
      panel.redraw();
    } catch (error) {
      setText(note, t("The chart could not be loaded. It will be tried again."));
      setTimeout(() => (isLoading = false), EVERY);
    }
  };
  onResize(root, () => plotly && drawn && plotly.Plots.resize(plot), panel.signal);
  panel.signal.addEventListener("abort", () => plotly?.purge(plot));

  /** @param {Scene[]} scenes @param {number} now */
  const draw = (scenes, now) => {
    if (!plotly) return isLoading ? undefined : void load();
    const state = `${Math.floor(now / EVERY)} ${scenes.map(({ room }) => room.rev).join(" ")} ${document.documentElement.dataset["theme"]} ${isWhole}`;
    if (state === drawn) return;
    drawn = state;
    const figure = figureOf(scenes, now, (name) => token(root, name), plot.clientWidth, isWhole ? dayOf(scenes, now) : undefined);
    void plotly.react(plot, figure.data, figure.layout, { displayModeBar: false, responsive: false, scrollZoom: false });
  };
  return { root, draw };
}

/**
 * The figure as Plotly takes it; rooms from top to bottom.
 *
 * @param {Scene[]} scenes
 * @param {number} now
 * @param {(name: string) => string} colour the value of a token
 * @param {number} width of the plot, in pixels
 * @param {[number, number]} [frame] from when to when it shows
 */
export function figureOf(scenes, now, colour, width, frame = [now - BEFORE, now + AFTER]) {
  /** @type {Bar[]} */
  const bars = scenes.flatMap((scene, index) => (daysOf(scene)[0] ?? [])
    .filter(({ state }) => state !== "skipped")
    .map((item) => ({ item, line: scenes.length - index })));
  const tones = /** @type {Record<string, string>} */ ({ running: colour("--signal-live"), paused: colour("--signal-warn"), done: colour("--line") });
  const letters = ((width * 0.85) / (frame[1] - frame[0])) / LETTER;
  const trace = (/** @type {(item: ItemRow) => [number, number]} */ span, /** @type {number} */ offset, /** @type {object} */ look) => ({
    type: "bar", orientation: "h", showlegend: false, hoverinfo: "text", textposition: "inside", insidetextanchor: "start", constraintext: "none", cliponaxis: true,
    base: bars.map(({ item }) => wallTime(span(item)[0])),
    x: bars.map(({ item }) => Math.max(MINUTE / 2, span(item)[1] - span(item)[0])),
    y: bars.map(({ line }) => line + offset),
    hovertext: bars.map(({ item }) => hover(item)),
    ...look,
  });
  const data = [
    trace((item) => [item.planned.start, item.planned.end], 0.34, { width: 0.09, marker: { color: colour("--ink-soft") } }),
    trace((item) => [startOf(item), Math.max(endOf(item), item.state === "running" ? now : 0)], -0.05, {
      width: 0.56,
      text: bars.map(({ item }) => cut(plainly(item.title), item.duration * letters)),
      textfont: { color: colour("--ink"), size: 12 },
      marker: { color: bars.map(({ item }) => tones[item.state] ?? colour(item.kind === "break" ? "--ground" : "--accent-deep")), line: { width: 1, color: colour("--line") } },
    }),
  ];
  return { data, layout: layoutOf(scenes, now, colour, frame) };
}

/** From the first to the last instant of the day in hand, bands included. @param {Scene[]} scenes @param {number} now @returns {[number, number]} */
function dayOf(scenes, now) {
  const items = scenes.flatMap((scene) => daysOf(scene)[0] ?? []).filter(({ state }) => state !== "skipped");
  const ends = [...items.map((item) => Math.max(endOf(item), item.planned.end)), ...scenes.map(({ room }) => room.band?.p90 ?? 0)];
  const starts = items.map((item) => Math.min(startOf(item), item.planned.start));
  return [Math.min(now, ...starts) - 5 * MINUTE, Math.max(now, ...ends) + (Math.max(now, ...ends) - Math.min(now, ...starts)) / 8];
}

/** When the day of a room likely ends, as an amber stretch with its words. @param {Scene[]} scenes @param {(name: string) => string} colour */
function bandsOf(scenes, colour) {
  const found = scenes.flatMap(({ room }, index) => (room.band && room.state !== "ended" ? [{ band: room.band, line: scenes.length - index }] : []));
  const shapes = found.map(({ band, line }) => ({
    type: "rect", xref: "x", yref: "y", x0: wallTime(band.p50), x1: wallTime(Math.max(band.p90, band.p50 + MINUTE)), y0: line - 0.33, y1: line + 0.23,
    fillcolor: colour("--signal-warn"), opacity: 0.35, line: { width: 0 }, layer: "above",
  }));
  const annotations = found.map(({ band, line }) => ({
    x: wallTime(band.p90), y: line - 0.05, xanchor: "left", showarrow: false, text: ` ${formatClock(band.p50)}–${formatClock(band.p90)}`,
    font: { color: colour("--signal-warn"), size: 12 },
  }));
  return { shapes, annotations };
}

/** Plotly reads a little markup in its texts: what people typed must hold none. @param {string} text */
const plainly = (text) => tame(text).replace(/[<>&]/g, " ");

/**
 * As much of a title as its bar holds; wide characters count twice.
 *
 * @param {string} text
 * @param {number} letters
 */
function cut(text, letters) {
  let left = letters - 1;
  const end = [...text].findIndex((letter) => (left -= letter > "\u2e80" ? 2 : 1) < 0);
  return end < 0 ? text : end < 3 ? "" : `${[...text].slice(0, end - 1).join("")}…`;
}

/** @param {ItemRow} item */
function hover(item) {
  return `${plainly(item.title)}<br>${formatClock(item.planned.start)} → ${formatClock(startOf(item))}–${formatClock(endOf(item))}`;
}

/** @param {Scene[]} scenes @param {number} now @param {(name: string) => string} colour @param {[number, number]} frame */
function layoutOf(scenes, now, colour, frame) {
  const bands = bandsOf(scenes, colour);
  return {
    autosize: true, height: scenes.length * ROOM_HEIGHT + MARGINS, barmode: "overlay", uirevision: `${frame[1] - frame[0] === BEFORE + AFTER}`, dragmode: "pan",
    margin: { l: 4, r: 8, t: 18, b: 24 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: colour("--font-sans"), color: colour("--ink-soft"), size: 12 },
    hoverlabel: { bgcolor: colour("--raised"), bordercolor: colour("--line"), font: { color: colour("--ink") } },
    xaxis: {
      type: "date", range: frame.map(wallTime), tickformat: "%H:%M", nticks: 6,
      gridcolor: colour("--line"), zeroline: false, fixedrange: false,
    },
    yaxis: {
      range: [0.4, scenes.length + 0.75], fixedrange: true, showgrid: false, zeroline: false, automargin: true,
      tickvals: scenes.map((_, index) => scenes.length - index), ticktext: scenes.map(({ room }) => plainly(room.title).slice(0, 14)),
    },
    shapes: [...bands.shapes, { type: "line", x0: wallTime(now), x1: wallTime(now), yref: "paper", y0: 0, y1: 1, line: { color: colour("--accent"), width: 2 } }],
    annotations: [...bands.annotations, { x: wallTime(now), yref: "paper", y: 1.0, yanchor: "bottom", text: formatClock(now), showarrow: false, font: { color: colour("--accent"), size: 12 } }],
  };
}
