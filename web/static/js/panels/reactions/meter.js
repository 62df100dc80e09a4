/**
 * A small meter of what the crowd tapped in the last seconds: nothing while nobody does.
 *
 * Owns    the view of the moderator, the wall and, asked with `?reactions`, the overlay.
 * Never   takes room while there is nothing to show.
 * Used by the reactions panel.
 */

import { h, keyed, setAttribute, setText } from "../../dom.js";
import { t } from "../../i18n.js";
import { KINDS, signOf, wordOf } from "./kinds.js";

/** @import {Kind} from "./kinds.js" */
/** @typedef {{counts: Record<string, number>, people: number}} Meter */

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const wanted = panel.view !== "overlay" || new URLSearchParams(location.search).has("reactions");
  const root = h("div", { class: "reactions", attributes: { role: "img" } });
  return {
    root,
    draw: () => {
      const meters = wanted && panel.link.state === "live" ? busiest(panel) : [];
      setAttribute(panel, "data-quiet", meters.length === 0);
      setAttribute(root, "aria-label", meters.map(sentence).join("; "));
      keyed(root, meters, ({ key }) => key, make, (element, meter) => fill(element, meter));
    },
  };
}

/** @param {import("../../panel.js").Panel} panel @returns {{key: string, title: string, meter: Meter}[]} rooms in which something was tapped */
function busiest(panel) {
  const rows = /** @type {[string, any][]} */ ([...panel.rows()].filter(([key]) => key.startsWith("meter")));
  return rows
    .filter(([, meter]) => meter.people > 0)
    .sort(([, a], [, b]) => b.people - a.people)
    .slice(0, 2)
    .map(([key, meter]) => ({ key, meter, title: panel.room === null ? panel.roomTitle(key.slice("meter/".length)) : "" }));
}

function make() {
  const kinds = KINDS.map((kind) => h("span", { class: "reaction", data: { kind } }, signOf(kind), h("span", { class: "reaction__count" })));
  return h("p", { class: "reactions__room" }, h("span", { class: "reactions__title" }), ...kinds);
}

/** @param {HTMLElement} element @param {{title: string, meter: Meter}} shown */
function fill(element, { title, meter }) {
  setText(/** @type {Element} */ (element.firstElementChild), title);
  for (const each of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll(".reaction"))) {
    const count = meter.counts[each.dataset["kind"] ?? ""] ?? 0;
    each.hidden = count === 0;
    setText(/** @type {Element} */ (each.lastElementChild), String(count));
  }
}

/** @param {{title: string, meter: Meter}} shown */
function sentence({ title, meter }) {
  const counts = KINDS.filter((kind) => meter.counts[kind]);
  const words = counts.map((/** @type {Kind} */ kind) => t("{what}: {n} in the last seconds", { what: wordOf(kind), n: meter.counts[kind] ?? 0 }));
  return [title, ...words].filter(Boolean).join(", ");
}
