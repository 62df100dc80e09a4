/**
 * Check-in on the wall: the share that is in, the curve, the forecast.
 *
 * Owns    the arrangement of the wall view.
 * Never   shows a name.
 * Used by the check-in panel on the wall.
 */

import { h, keyed, setText } from "../../dom.js";
import { t } from "../../i18n.js";
import { arrivalsChart } from "./chart.js";
import { drawLane, etaWords, hero, laneLine, silence } from "./parts.js";

/** @import {Context, Panel} from "../../panel.js" */

const LANES = 3;

/** @param {Panel} panel */
export function view(panel) {
  const top = hero();
  const chart = arrivalsChart();
  const eta = h("p", { class: "checkin-foot__eta" });
  const lanes = h("ul", { class: "checkin-foot__lanes" });
  const full = h("div", { class: "checkin-wall" }, top.root, chart.root, h("div", { class: "checkin-foot" }, eta, lanes));
  const root = h("div", { class: "checkin-view" }, full);

  /** @param {Context} context */
  const draw = ({ now, tick }) => {
    const totals = panel.row("totals");
    const quiet = silence(totals) ?? (totals?.["arrived"] === 0 ? t("Nobody has come yet. The curve begins with the first scan.") : null);
    if (!totals || quiet) {
      if (!tick) root.replaceChildren(...(totals && totals["expected"] > 0 ? [top.root] : []), panel.placeholder("empty", quiet ?? ""));
      if (totals) top.draw(totals);
      return;
    }
    if (!full.isConnected) {
      full.prepend(top.root);
      root.replaceChildren(full);
    }
    top.draw(totals);
    chart.draw(panel.each("minute/"), totals, now, tick);
    setText(eta, etaWords(totals, now));
    const busiest = panel.each("lane/").filter(([, lane]) => lane["active"]).sort(([, a], [, b]) => b["load"] - a["load"]);
    keyed(lanes, busiest.slice(0, LANES), ([id]) => id, laneLine, drawLane);
  };
  return { root, draw };
}
