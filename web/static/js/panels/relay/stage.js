/**
 * The question on air on the lower half of the speaker's display.
 *
 * Owns    the stage view, and telling the desk that it was seen.
 * Never   shows anything else.
 * Used by the relay panel on the stage page.
 */
import { boot } from "../../desk.js";
import { h, setAttribute, setText, tame } from "../../dom.js";
import { fit, onResize } from "../../fit.js";
import { t } from "../../i18n.js";
import { who } from "./words.js";

/** @import {OnAir} from "./model.js" */
/** @import {Place} from "./words.js" */

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const tally = h("span", { class: "tally", data: { tone: "live" } });
  const person = h("span", { class: "relay-stage__who" });
  const body = h("p", { class: "relay-stage__body" });
  const root = h("section", { class: "relay-stage", aria: { live: "polite", label: t("question on air") } },
    h("header", { class: "relay-stage__head" }, tally, person), body);
  /** @type {string|null} */
  let told = null;

  /** Drawn on a screen that somebody can see is seen; only a stage's own key may say so. @param {OnAir} air */
  const tell = (air) => {
    const showing = `${air.question} ${air.since}`;
    if (told === showing || document.visibilityState !== "visible" || boot.role !== "stage") return;
    told = showing;
    panel.link.send("relay", "seen", { room: panel.room }).catch(() => (told = null));
  };
  const measure = () => fit(body, { min: 16, max: 160 });
  onResize(body, measure, panel.signal);
  return {
    root,
    draw: (/** @type {Place[]} */ [place]) => {
      const air = place?.air ?? null;
      setAttribute(panel, "data-on-air", air !== null);
      root.hidden = air === null;
      setText(body, air ? tame(air.body) : "");
      setText(person, air ? who(air) : "");
      setText(tally, air ? `#${air.number}` : "");
      if (!air) return;
      measure();
      tell(air);
    },
  };
}
