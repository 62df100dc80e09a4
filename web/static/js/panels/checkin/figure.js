/**
 * The picture of arrivals: bars per minute, the share that is in, and where it is heading.
 *
 * Owns    what is drawn and how it is labelled.
 * Never   draws: it returns a figure for Plotly.
 * Used by the arrivals chart.
 */

import { formatClock, t } from "../../i18n.js";
import { MINUTE, curve, marks, series, smoothed, windowOf } from "./tally.js";

/** @import {Row} from "../../board.js" */

/**
 * @typedef {object} Look
 * @property {number} size of the text, px
 * @property {number} width of the picture, px
 * @property {string} face
 * @property {Record<"ink" | "soft" | "faint" | "line" | "accent" | "deep" | "wash", string>} colour
 */

/**
 * @param {[string, Row][]} minutes
 * @param {Row} totals
 * @param {number} now
 * @param {Look} look
 */
export function figure(minutes, totals, now, look) {
  const points = series(minutes);
  const span = windowOf(points, totals["eta"], now);
  const shown = points.filter(({ at }) => at + MINUTE > span[0]);
  const most = Math.max(4, ...shown.map(({ arrived }) => arrived));
  const share = (/** @type {number} */ total) => total / Math.max(1, totals["expected"]);
  const rate = smoothed(points, span[0], now);
  const grown = curve(points, span[0], now);
  return {
    data: [
      bars(shown, look),
      { ...line(rate.map(({ at }) => at), rate.map((each) => each.rate), look.colour.soft, 1.5), yaxis: "y" },
      ...band(totals["eta"], totals["ratio"], now, look),
      { ...line(grown.map(({ at }) => at), grown.map(({ total }) => share(total)), look.colour.accent, 4), yaxis: "y2" },
    ],
    layout: layout(span, most, totals, now, look),
  };
}

/**
 * @param {import("./tally.js").Point[]} points
 * @param {Look} look
 */
function bars(points, look) {
  return {
    type: "bar",
    x: points.map(({ at }) => at + MINUTE / 2),
    y: points.map(({ arrived }) => arrived),
    width: MINUTE * 0.78,
    marker: { color: look.colour.deep, line: { width: 0 } },
    hoverinfo: "skip",
  };
}

/**
 * @param {number[]} x
 * @param {number[]} y
 * @param {string} color
 * @param {number} width
 */
function line(x, y, color, width) {
  return { type: "scatter", mode: "lines", x, y, line: { color, width, shape: "linear" }, hoverinfo: "skip" };
}

/**
 * Nine times in ten the curve stays in here.
 *
 * @param {Row | null} eta
 * @param {number} ratio
 * @param {number} now
 * @param {Look} look
 */
function band(eta, ratio, now, look) {
  if (!eta || eta["at"] <= now) return [];
  return [
    {
      type: "scatter",
      mode: "lines",
      yaxis: "y2",
      x: [now, eta["low"], eta["high"], now],
      y: [ratio, eta["to"], eta["to"], ratio],
      fill: "toself",
      fillcolor: look.colour.wash,
      line: { width: 0 },
      hoverinfo: "skip",
    },
    {
      type: "scatter",
      mode: "lines+markers",
      yaxis: "y2",
      x: [now, eta["at"]],
      y: [ratio, eta["to"]],
      line: { color: look.colour.accent, width: 2, dash: "dot" },
      marker: { size: [0, look.size * 0.45], color: look.colour.accent },
      hoverinfo: "skip",
    },
  ];
}

/**
 * @param {[number, number]} span
 * @param {number} most
 * @param {Row} totals
 * @param {number} now
 * @param {Look} look
 */
function layout(span, most, totals, now, look) {
  const instants = marks(span[0], span[1], Math.max(3, Math.floor(look.width / (look.size * 5.5))));
  const font = { family: look.face, size: look.size, color: look.colour.soft };
  return {
    autosize: true,
    margin: { l: look.size * 1.9, r: look.size * 3.1, t: look.size * 1.6, b: look.size * 1.7 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font,
    showlegend: false,
    bargap: 0,
    xaxis: { range: span, tickvals: instants, ticktext: instants.map((at) => formatClock(at)), showgrid: false, zeroline: false, fixedrange: true, linecolor: look.colour.line, tickcolor: look.colour.line },
    // Bars take the lower half, so that the curve above them stays free.
    yaxis: { range: [0, most * 2], tickvals: [0, most], showgrid: false, zeroline: false, fixedrange: true },
    yaxis2: { range: [0, 1.06], overlaying: "y", side: "right", tickvals: [0.5, 0.9], ticktext: ["50 %", "90 %"], gridcolor: look.colour.line, gridwidth: 1, zeroline: false, fixedrange: true },
    shapes: [{ type: "line", x0: now, x1: now, yref: "paper", y0: 0, y1: 1, line: { color: look.colour.faint, width: 1.5, dash: "dash" } }],
    annotations: labels(totals, most, now, span, look),
  };
}

/**
 * Direct labels instead of a legend.
 *
 * @param {Row} totals
 * @param {number} most
 * @param {number} now
 * @param {[number, number]} span
 * @param {Look} look
 */
function labels(totals, most, now, span, look) {
  const eta = totals["eta"];
  const base = { showarrow: false, font: { family: look.face, size: look.size, color: look.colour.soft } };
  const shown = [
    { ...base, x: now, y: 1, yref: "paper", yanchor: "bottom", xanchor: "right", text: t("Now"), font: { ...base.font, color: look.colour.faint } },
    { ...base, x: span[0], y: most, xanchor: "left", yanchor: "bottom", text: t("per minute"), font: { ...base.font, color: look.colour.faint } },
  ];
  if (!eta || eta["at"] <= now || eta["at"] > span[1]) return shown;
  const label = { ...base, x: eta["at"], y: eta["to"], yref: "y2", yanchor: "bottom", xanchor: "left", text: formatClock(eta["at"]), yshift: look.size * 0.4 };
  return [...shown, { ...label, font: { ...base.font, color: look.colour.accent } }];
}
