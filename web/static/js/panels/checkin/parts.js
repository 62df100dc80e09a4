/**
 * What wall and control show alike: the answer in large type, the forecast in words, a lane.
 *
 * Owns    those pieces.
 * Never   subscribes or computes a rate.
 * Used by the wall and control views of check-in.
 */

import { h, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, formatNumber, formatSpan, t } from "../../i18n.js";
import { icon } from "../../icons.js";
import { laneState } from "./tally.js";

/** @import {Row} from "../../board.js" */

/** The share that is in, of how many, and how fast. */
export function hero() {
  const share = h("span", { class: "checkin-hero__share" });
  const count = h("span", { class: "panel__hero-note" });
  const rate = h("span", { class: "panel__hero-note checkin-hero__rate" });
  const root = h("div", { class: "panel__hero checkin-hero" }, share, count, rate);
  /** @param {Row} totals */
  const draw = (totals) => {
    setText(share, `${Math.floor(totals["ratio"] * 100 + 1e-9)} %`);
    setText(count, t("{n} of {all}", { n: formatNumber(totals["arrived"]), all: formatNumber(totals["expected"]) }));
    setText(rate, `▲ ${t("{n} a minute", { n: formatNumber(Math.round(totals["rate_1"])) })}`);
    rate.hidden = totals["rate_1"] < 0.5;
  };
  return { root, draw };
}

/**
 * The forecast in words.
 *
 * @param {Row} totals
 * @param {number} now
 * @returns {string}
 */
export function etaWords(totals, now) {
  const eta = totals["eta"];
  if (!eta) return totals["arrived"] > 0 && totals["ratio"] < 0.9 ? t("a forecast needs more arrivals") : "";
  const time = formatClock(eta["at"]);
  if (eta["at"] <= now) return t("90 % were in at {time}", { time });
  if (eta["high"] - eta["low"] < 120_000) return t("90 % at {time}", { time });
  return t("90 % at {time}, {low} to {high}", { time, low: formatClock(eta["low"]), high: formatClock(eta["high"]) });
}

/** One lane: its name, how busy it is, and the word for it. */
export function laneLine() {
  return h("li", { class: "checkin-lane" }, h("span", { class: "checkin-lane__name" }), h("span", { class: "meter" }), h("span", { class: "checkin-lane__word" }), h("span", { class: "checkin-lane__detail" }));
}

/**
 * @param {HTMLElement} element
 * @param {[string, Row]} lane
 */
export function drawLane(element, [id, lane]) {
  const [name, meter, word, detail] = /** @type {HTMLElement[]} */ ([...element.children]);
  if (!name || !meter || !word || !detail) return;
  const state = laneState(lane);
  setText(name, tame(lane["title"] || id));
  meter.style.setProperty("--value", String(lane["load"]));
  setAttribute(meter, "data-tone", state.tone);
  setAttribute(element, "data-tone", state.tone);
  if (word.dataset["word"] !== state.word) {
    word.dataset["word"] = state.word;
    word.replaceChildren(...(state.tone === "ok" ? [] : [icon(state.tone)]), t(state.word));
  }
  setText(detail, laneDetail(lane));
}

/** @param {Row} lane */
function laneDetail(lane) {
  const parts = [];
  if (lane["active"]) parts.push(t("{n} a minute", { n: formatNumber(lane["rate"]) }), t("{time} per person", { time: formatSpan(lane["service"]) }));
  if (lane["denied"] > 0) parts.push(t("{n} refused", { n: lane["denied"] }));
  if (lane["clock_skew"] > 0) parts.push(t("wrong clock"));
  return parts.join(" · ");
}

/**
 * The sentence for a check-in that has nothing to show yet, or null.
 *
 * @param {Row | undefined} totals
 * @returns {string | null}
 */
export function silence(totals) {
  if (!totals || (totals["registered"] === 0 && totals["arrived"] === 0)) return t("There is no attendee list yet. Import one, or register people at the door.");
  return null;
}
