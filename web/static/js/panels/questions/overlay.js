/**
 * What the questions lay over a picture: flying comments, and the mark that viewers measure their delay by.
 *
 * Owns    the layers `?danmaku`, `?danmaku=only` and `?mark` of the overlay page.
 * Never   shows what the desk could not take away.
 * Used by the questions panel on the overlay page.
 */

import { clock } from "../../clock.js";
import { h, setText } from "../../dom.js";
import { Danmaku } from "./danmaku.js";
import { markAt } from "./mark.js";

/** How long comments stay when the desk is not heard, ms: nobody could take them away. */
const UNHEARD = 5_000;

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const options = new URLSearchParams(location.search);
  const flying = options.has("danmaku") ? new Danmaku() : null;
  const mark = options.has("mark") ? h("p", { class: "mark", aria: { hidden: true } }) : null;
  if (options.get("danmaku") === "only") document.documentElement.dataset["only"] = "";
  const root = h("div", { class: "layers" }, flying?.element, mark);
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
