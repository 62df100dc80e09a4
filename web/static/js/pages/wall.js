/**
 * The wall: the bar's summary and the ticker.
 *
 * Owns    the sentence that says whether anything needs a person.
 * Never   names a channel.
 * Used by the wall page.
 */

import { link } from "../desk.js";
import { setAttribute, setText } from "../dom.js";
import { t } from "../i18n.js";
import { news } from "../news.js";
import "../ticker.js";

const element = document.querySelector("[data-summary]");

function summarise() {
  if (!element) return;
  const known = [...news.attention.values()];
  const count = (/** @type {typeof known} */ some) => some.reduce((sum, each) => sum + each.count, 0);
  const waiting = count(known.filter(({ tone }) => tone !== "quiet"));
  const inHand = count(known.filter(({ tone }) => tone === "quiet"));
  const grave = known.some(({ tone }) => tone === "bad");
  // Silence of the link is not silence of the house.
  const blind = link.state !== "live";
  setAttribute(element, "data-tone", blind ? "stale" : grave ? "bad" : waiting > 0 ? "warn" : "ok");
  const calm = inHand > 0 ? t("{n} in hand", { n: inHand }) : t("all quiet");
  const state = blind ? t("not confirmed") : waiting > 0 ? t("{n} {n|needs|need} attention", { n: waiting }) : calm;
  setText(element, [state, ...known.flatMap(({ remark }) => (remark && !blind ? [remark] : []))].join(" · "));
}

news.addEventListener("attention", summarise);
link.addEventListener("state", summarise);
summarise();
