/**
 * The question on air, and whether the stage has it.
 *
 * Owns    the moderator's view.
 * Never   puts anything on air.
 * Used by the relay panel on the moderate page.
 */
import { h, setAttribute, setText, tame } from "../../dom.js";
import { formatSpan, t } from "../../i18n.js";
import { who } from "./words.js";

/** @import {OnAir} from "./model.js" */
/** @import {Place} from "./words.js" */

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const tally = h("span", { class: "tally" });
  const person = h("span", { class: "relay-air__who" });
  const seen = h("span", { class: "badge" });
  const body = h("p", { class: "relay-air__body" });
  const note = h("p", { class: "relay-air__note" });
  const root = h("section", { class: "relay-air" }, h("header", { class: "relay-air__head" }, tally, person, seen), body, note);
  let last = "";
  return {
    root,
    draw: (/** @type {Place[]} */ [place], /** @type {number} */ now) => {
      const air = place?.air ?? null;
      setAttribute(root, "data-on-air", air !== null);
      setAttribute(tally, "data-tone", air ? "live" : null);
      setText(tally, air ? `${t("ON AIR")} #${air.number}` : t("no question on air"));
      setText(person, air ? who(air) : "");
      setText(body, air ? tame(air.body) : "");
      setText(note, air ? t("on air for {span}", { span: formatSpan(Math.max(0, now - air.since)) }) : idle(place));
      drawSeen(seen, air);
      if (air && air.question !== last) panel.flash(root);
      last = air?.question ?? "";
    },
  };
}

/** @param {Place|undefined} place */
const idle = (place) => t(place?.blank ? "Public displays are blanked" : "Nothing is on air. The next question put on air shows here and on the stage at once.");

/** @param {HTMLElement} badge @param {OnAir|null} air */
function drawSeen(badge, air) {
  badge.hidden = air === null;
  const isSeen = (air?.seen_by.length ?? 0) > 0;
  setAttribute(badge, "data-tone", isSeen ? "ok" : "warn");
  setText(badge, isSeen ? `✓ ${t("on the stage screen")}` : t("not on the stage screen yet"));
}
