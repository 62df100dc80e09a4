/**
 * Which rooms are on air, with what.
 *
 * Owns    the wall view.
 * Never   shows a room without a question.
 * Used by the relay panel on the wall.
 */
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { t } from "../../i18n.js";
import { who } from "./words.js";

/** @import {Place} from "./words.js" */

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const list = h("ul", { class: "relay-wall" });
  const silence = h("p", { class: "relay-wall__silence", text: t("no question on air") });
  const root = h("div", { class: "relay-wall__root" }, list, silence);
  return {
    root,
    draw: (/** @type {Place[]} */ places) => {
      const airs = places.flatMap(({ air, title, room }) => (air ? [{ air, title, room }] : []));
      silence.hidden = airs.length > 0;
      setAttribute(panel, "data-on-air", airs.length > 0);
      keyed(list, airs, ({ room }) => room,
        () => h("li", { class: "relay-wall__row" },
          h("span", { class: "tally", data: { tone: "live" }, text: t("ON AIR") }),
          h("span", { class: "relay-wall__who" }), h("p", { class: "relay-wall__body" })),
        (element, { air, title }) => {
          setText(element.children[1], `#${air.number} ${tame(title)} · ${who(air)}`);
          setText(element.children[2], tame(air.body));
          if (element.getAttribute("data-question") !== air.question) panel.flash(element);
          setAttribute(element, "data-question", air.question);
        });
    },
  };
}
