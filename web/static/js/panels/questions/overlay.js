/**
 * What the questions lay over a picture: flying comments, the mark that viewers measure their delay by, and the code
 * that opens the page to ask.
 *
 * Owns    the layers `?danmaku`, `?danmaku=only`, `?mark` and `?join` of the overlay page.
 * Never   shows what the desk could not take away.
 * Used by the questions panel on the overlay page.
 */

import { clock } from "../../clock.js";
import { h, setText } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { Danmaku } from "./danmaku.js";
import { markAt } from "./mark.js";

translate("zh-Hans", { "Ask here": "扫码提问" });

/** How long comments stay when the desk is not heard, ms: nobody could take them away. */
const UNHEARD = 5_000;

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const options = new URLSearchParams(location.search);
  const flying = options.has("danmaku") ? new Danmaku() : null;
  const mark = options.has("mark") ? h("p", { class: "mark", aria: { hidden: true } }) : null;
  if (options.get("danmaku") === "only") document.documentElement.dataset["only"] = "";
  const join = options.has("join") ? joining(options.get("join") || location.origin, panel.room ?? "") : null;
  const root = h("div", { class: "layers" }, flying?.element, mark, join);
  return {
    root,
    draw: (/** @type {import("../../panel.js").Context} */ { now }) => {
      const heard = panel.link.state === "live" || (clock.confirmed !== null && now - clock.confirmed < UNHEARD);
      const blank = !heard || panel.row("qa")?.["blank"] === true;
      if (blank) flying?.clear();
      else flying?.show(/** @type {any} */ (panel.row("danmaku"))?.comments ?? [], now);
      if (mark) {
        mark.hidden = !heard;
        setText(mark, String(markAt(now)));
      }
    },
  };
}

/**
 * A code to scan, and the address below it for those who cannot.
 *
 * @param {string} site the address under which the audience reaches this server
 * @param {string} room
 */
function joining(site, room) {
  const address = `${site.replace(/\/+$/, "")}/r/${encodeURIComponent(room)}`;
  return h(
    "figure",
    { class: "join" },
    h("img", { class: "join__code", attributes: { src: `/qr.svg?text=${encodeURIComponent(address)}`, alt: "" } }),
    h("figcaption", null, h("strong", { text: t("Ask here") }), h("span", { text: address.replace(/^https?:\/\//, "") })),
  );
}
