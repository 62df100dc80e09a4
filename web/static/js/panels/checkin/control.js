/**
 * Check-in at the control desk: the wall's picture, every lane, and the persons somebody waits for.
 *
 * Owns    the arrangement of the control view.
 * Never   scans: that is the door's page.
 * Used by the check-in panel on the control page.
 */

import { h, isolate, keyed, setText } from "../../dom.js";
import { formatClock, formatNumber, t } from "../../i18n.js";
import { arrivalsChart } from "./chart.js";
import { drawLane, etaWords, hero, laneLine, silence } from "./parts.js";

/** @import {Row} from "../../board.js" */
/** @import {Context, Panel} from "../../panel.js" */

/** @param {Panel} panel */
export function view(panel) {
  const top = hero();
  const chart = arrivalsChart();
  const eta = h("p", { class: "checkin-foot__eta" });
  const facts = h("ul", { class: "checkin-facts" });
  const lanes = section("Lanes", "No lane has scanned anybody yet.");
  const guests = section("Guests to be told of", "Nobody of the guests you asked to be told of has arrived.");
  const doubles = section("Entered twice", "");
  const empty = panel.placeholder("empty", "");
  const root = h("div", { class: "checkin-view checkin-control" }, h("h2", { class: "panel__title", text: t("Check-in") }), top.root, eta, chart.root, facts, lanes.root, guests.root, doubles.root, empty);

  /** @param {Context} context */
  const draw = ({ now, tick }) => {
    const totals = panel.row("totals");
    const quiet = silence(totals);
    empty.hidden = quiet === null;
    chart.root.hidden = !totals || totals["arrived"] === 0;
    for (const part of [top.root, facts, lanes.root, guests.root, doubles.root]) part.hidden = quiet !== null;
    if (!totals || quiet) return setText(empty.lastElementChild ?? empty, quiet ?? "");
    top.draw(totals);
    setText(eta, etaWords(totals, now));
    chart.draw(panel.each("minute/"), totals, now, tick);
    if (tick) return;
    keyed(facts, factsOf(totals), (fact) => fact, (fact) => h("li", { class: "chip", text: fact }));
    lanes.draw(panel.each("lane/").sort(([, a], [, b]) => b["load"] - a["load"]), laneLine, drawLane);
    guests.draw(panel.each("vip/").sort(([, a], [, b]) => b["at"] - a["at"]), guestLine, drawGuest);
    doubles.draw(panel.each("double/"), doubleLine, () => {});
    doubles.root.hidden = panel.each("double/").length === 0;
  };
  return { root, draw };
}

/**
 * A titled list with a sentence for its emptiness.
 *
 * @param {string} title
 * @param {string} emptiness
 */
function section(title, emptiness) {
  const list = h("ul", { class: "list" });
  const none = h("p", { class: "checkin-none", text: emptiness && t(emptiness) });
  const root = h("section", { class: "checkin-section" }, h("h3", { class: "panel__title", text: t(title) }), list, none);
  /**
   * @param {[string, Row][]} rows
   * @param {(row: [string, Row]) => HTMLElement} make
   * @param {(element: HTMLElement, row: [string, Row]) => void} update
   */
  const draw = (rows, make, update) => {
    none.hidden = rows.length > 0;
    keyed(list, rows, ([id]) => id, make, update);
  };
  return { root, draw };
}

/** @param {Row} totals */
function factsOf(totals) {
  const facts = [t("{n} inside", { n: formatNumber(totals["inside"]) })];
  if (totals["walk_ins"] > 0) facts.push(t("{n} {n|walk-in|walk-ins}", { n: formatNumber(totals["walk_ins"]) }));
  if (totals["late_uploads"] > 0) facts.push(t("{n} told late", { n: formatNumber(totals["late_uploads"]) }));
  for (const [category, count] of Object.entries(totals["by_category"])) if (category) facts.push(`${t(category)} ${formatNumber(Number(count))}`);
  return facts;
}

/** @param {[string, Row]} row */
function guestLine([, guest]) {
  return h(
    "li",
    { class: "checkin-guest" },
    h("time", { text: formatClock(guest["at"]) }),
    h("strong", null, isolate(guest["name"])),
    h("span", null, isolate(guest["organisation"])),
    h("span", { text: [guest["seat"], guest["gate"]].filter(Boolean).join(" · ") }),
    h("span", { class: "badge", data: { tone: "info" }, text: t("not inside") }),
  );
}

/**
 * @param {HTMLElement} element
 * @param {[string, Row]} row
 */
function drawGuest(element, [, guest]) {
  const badge = element.lastElementChild;
  if (badge instanceof HTMLElement) badge.hidden = guest["inside"];
}

/** @param {[string, Row]} row */
function doubleLine([, double]) {
  const times = double["entries"].map((/** @type {Row} */ entry) => [formatClock(entry["at"]), entry["gate"] ?? entry["lane"]].filter(Boolean).join(" "));
  return h("li", { class: "checkin-guest" }, h("strong", null, isolate(double["name"])), h("span", { text: times.join(" → ") }));
}
