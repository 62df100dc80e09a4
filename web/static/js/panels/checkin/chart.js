/**
 * The live chart of arrivals.
 *
 * Owns    the drawn picture: made once, then updated in place.
 * Never   computes what is shown.
 * Used by the wall and control views of check-in.
 */

import { h } from "../../dom.js";
import { t } from "../../i18n.js";
import { loadPlotly, token } from "../../plotly.js";
import { figure } from "./figure.js";

/** @import {Row} from "../../board.js" */
/** @import {Look} from "./figure.js" */

const RENEWED = 5_000;
const CONFIG = { displayModeBar: false, staticPlot: true, responsive: false, doubleClick: false };

/**
 * @typedef {object} Chart
 * @property {HTMLElement} root
 * @property {(minutes: [string, Row][], totals: Row, now: number, tick: boolean) => void} draw
 */

/** @returns {Chart} */
export function arrivalsChart() {
  const root = h("div", { class: "checkin-chart", attributes: { role: "img" }, aria: { label: t("Arrivals per minute and the share of the expected who are in") } });
  /** @type {any} */
  let plotly = null;
  let drawn = 0;
  /** @type {(() => void) | null} */
  let again = null;
  new ResizeObserver(() => again?.()).observe(root);

  /** @type {Chart["draw"]} */
  const draw = (minutes, totals, now, tick) => {
    // By the passing of time alone the picture moves less than a pixel a second.
    if (tick && now - drawn < RENEWED) return;
    drawn = now;
    again = () => {
      if (!plotly || root.clientWidth < 40 || root.clientHeight < 40) return;
      const { data, layout } = figure(minutes, totals, now, look(root));
      plotly.react(root, data, { ...layout, width: root.clientWidth, height: root.clientHeight, autosize: false }, CONFIG);
    };
    if (plotly) return again();
    loadPlotly().then(
      (loaded) => {
        plotly = loaded;
        again?.();
      },
      () => {},
    );
  };
  return { root, draw };
}

/**
 * @param {Element} root
 * @returns {Look}
 */
function look(root) {
  const style = getComputedStyle(root);
  const names = { ink: "--ink", soft: "--ink-soft", faint: "--ink-faint", line: "--line", accent: "--accent", deep: "--accent-deep", wash: "--wash" };
  const colour = /** @type {Look["colour"]} */ (Object.fromEntries(Object.entries(names).map(([name, each]) => [name, token(root, each)])));
  return { size: parseFloat(style.fontSize), width: root.clientWidth, face: style.fontFamily, colour };
}
