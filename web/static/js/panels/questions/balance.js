/**
 * Room against remote: who had how much, who is heard when, who is owed a turn; and what was refused and why.
 *
 * Owns    its elements.
 * Used by the moderator's side.
 */

import { h, setAttribute, setText } from "../../dom.js";
import { formatCount, formatSpan, t, translate } from "../../i18n.js";
import { owed } from "./judgement.js";
import { shares } from "./queue.js";
import { reasonWord } from "./states.js";
import { sideWord } from "./words.js";

/** @import {Session, Side} from './queue.js' */

translate("zh-Hans", {
  "asked {asked} · answered {answered} · {air} on air": "提问 {asked} · 回答 {answered} · 上屏 {air}",
  "wait {wait}": "等待 {wait}",
  "heard at the latest in {n} turns, about {span}": "最迟第 {n} 个轮到，约 {span}",
  "its turn is next": "下一个就轮到",
  "{side} is owed {n} {n|turn|turns}; following the suggestions gives {n|it|them} back.": "还欠{side} {n} 次；按建议选题即可补上。",
  "refused: {list}": "未采用：{list}",
  "other reasons": "其他原因",
});

export class Balance {
  #room = h("span", { class: "balance__part", data: { side: "room" } });
  #remote = h("span", { class: "balance__part", data: { side: "remote" } });
  #lines = { room: h("p", { class: "balance__line" }), remote: h("p", { class: "balance__line" }) };
  #owed = h("p", { class: "balance__owed", attributes: { role: "status" } });
  element = h(
    "figure",
    { class: "balance" },
    h("div", { class: "balance__bar", aria: { hidden: true } }, this.#room, this.#remote),
    this.#lines.room,
    this.#lines.remote,
    this.#owed,
  );

  /** @param {Session | undefined} session */
  update(session) {
    const air = shares(session?.meter, "air_time");
    this.#room.style.setProperty("flex-grow", String(air.room));
    this.#remote.style.setProperty("flex-grow", String(air.remote));
    setAttribute(this.element, "data-empty", air.room + air.remote === 0);
    for (const side of /** @type {const} */ (["room", "remote"]))
      setText(this.#lines[side], `${sideWord(side)}: ${figures(session?.meter[side], session?.pace ?? 0)}`);
    const debt = owed(session?.meter);
    this.#owed.hidden = debt === null;
    if (debt)
      setText(this.#owed, t("{side} is owed {n} {n|turn|turns}; following the suggestions gives {n|it|them} back.", { side: sideWord(debt.side), n: debt.turns }));
  }
}

/**
 * Say how many were refused today, and why.
 *
 * @param {Session | undefined} session
 * @returns {string} empty: none was
 */
export function refusals(session) {
  const refused = Object.entries(session?.refused ?? {});
  return refused.length > 0 ? t("refused: {list}", { list: refused.map(refusal).join(" · ") }) : "";
}

/** @param {[string, number]} counted */
const refusal = ([reason, count]) => `${reason === "other" ? t("other reasons") : reasonWord(reason)} ${count}`;

/**
 * @param {Side | undefined} side
 * @param {number} pace how long a question takes here, ms
 */
function figures(side, pace) {
  const { asked = 0, answered = 0, air_time: air = 0, median_wait: wait = null, within = null } = side ?? {};
  const had = t("asked {asked} · answered {answered} · {air} on air", { asked, answered, air: formatCount(air) });
  return [had, wait !== null && wait >= 1_000 && t("wait {wait}", { wait: formatSpan(wait) }), promise(within, pace)].filter(Boolean).join(" · ");
}

/**
 * @param {number | null} within turns
 * @param {number} pace ms
 */
function promise(within, pace) {
  if (within === null) return "";
  if (within <= 1) return t("its turn is next");
  return t("heard at the latest in {n} turns, about {span}", { n: within, span: formatSpan(within * pace) });
}
