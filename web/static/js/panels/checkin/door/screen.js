/**
 * The verdict, over everything: colour, shape, word, whom it is about. It leaves by itself.
 *
 * Owns    its element, the sound and the moment at which it leaves.
 */

import { h, setAttribute, setText, tame } from "../../../dom.js";
import { formatClock, t, translate } from "../../../i18n.js";
import { chime } from "./chime.js";

/** @import {Verdict} from './verdict.js' */

translate("zh-Hans", {
  Welcome: "欢迎",
  Goodbye: "再见",
  "Look here": "请留意",
  Stop: "请止步",
  Saved: "已保存",
  Unknown: "未登记",
  "Not paid": "未付款",
  Blocked: "已冻结",
  "Wrong time": "时间不符",
  Cancelled: "已取消",
  "Already in": "已入场",
  "Wrong entrance": "入口不符",
  Replaced: "已换票",
  "checking…": "核验中…",
  "first in at {time}": "首次入场 {time}",
  "first in at {time}, {where}": "首次入场 {time}，{where}",
  "This code is not known. Search by name, or send them to the help desk.": "查无此码。请按姓名搜索，或引导至服务台。",
  "Not paid. Send them to the help desk.": "尚未付款，请引导至服务台。",
  "This ticket is blocked. Send them to the help desk.": "此票已冻结，请引导至服务台。",
  "This ticket is for another time. Send them to the help desk.": "此票时间不符，请引导至服务台。",
  "This ticket was cancelled. Send them to the help desk.": "此票已取消，请引导至服务台。",
  "Already inside. Ask for a name before you let them pass.": "已经入场，请核对姓名后再放行。",
  "This ticket is for another entrance. Show them the way.": "此票请走其他入口，请为其指路。",
  "The rules of this entrance do not allow it. Send them to the help desk.": "不符合本入口规则，请引导至服务台。",
  "Two tickets have this code. Search by name.": "此码对应两张票，请按姓名搜索。",
  "This ticket was replaced by a newer one. Ask for the newer one.": "此票已换新，请出示新票。",
  "Not approved yet. Send them to the help desk.": "尚未通过审核，请引导至服务台。",
  "Something is missing. Send them to the help desk.": "信息不全，请引导至服务台。",
  "Send them to the help desk.": "请引导至服务台。",
  "This ticket wants attention. Ask before you let them pass.": "请留意此票，确认后放行。",
  "Not checked: no connection. It will be sent by itself.": "未核验：没有连接，稍后自动上传。",
  "This scan was taken back. Scan the badge again to let them in.": "此次扫描已撤销，请重新扫描后放行。",
});

/** How long a verdict stays, ms: a welcome is read at once, a refusal needs a sentence's time. */
const STAYS = { ok: 1_800, attention: 3_500, bad: 4_000, saved: 2_200 };

/** A wait shorter than this is not worth showing, ms. */
const SOON = 130;

/** @type {Record<string, string>} */
const SHAPES = {
  tick: "M20 52l20 20 40-44",
  cross: "M26 26l48 48M74 26L26 74",
  hand: "M50 16v44M50 76v6",
  clock: "M50 14a36 36 0 1 0 0 72 36 36 0 0 0 0-72M50 30v22l15 10",
};

export class VerdictScreen {
  /** @type {any} */
  #timer = null;
  #path = h("path", { attributes: { d: "" } });
  #shape = h(
    "svg",
    { class: "verdict__shape", aria: { hidden: true }, attributes: { viewBox: "0 0 100 100", focusable: "false" } },
    this.#path,
  );
  #word = h("strong", { class: "verdict__word" });
  #name = h("bdi", { class: "verdict__name" });
  #seat = h("bdi", { class: "verdict__seat" });
  #sentence = h("p", { class: "verdict__sentence" });
  element = h(
    "div",
    { class: "verdict", attributes: { role: "alert" }, on: { click: () => this.#leave() } },
    this.#shape,
    this.#word,
    this.#name,
    this.#seat,
    this.#sentence,
  );

  constructor() {
    this.element.hidden = true;
  }

  /** A code was read: if the verdict takes a moment, say that it is on its way. */
  expect() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#fill({ tone: "wait", shape: "clock", word: t("checking…"), name: "", seat: "", lines: [] }),
      SOON,
    );
  }

  /** @param {Verdict} verdict */
  show(verdict) {
    const { tone, shape, name } = verdict;
    const seat = [verdict.seat, verdict.category].filter(Boolean).join(" · ");
    const lines = [verdict.sentence && t(verdict.sentence), earlierWords(verdict.before), ...verdict.texts].filter(
      (line) => line !== "",
    );
    this.#fill({ tone, shape, word: t(verdict.word), name, seat, lines });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#leave(), STAYS[tone]);
    chime(tone);
  }

  /** @param {{tone: string, shape: string, word: string, name: string, seat: string, lines: string[]}} shown */
  #fill({ tone, shape, word, name, seat, lines }) {
    setAttribute(this.element, "data-tone", tone);
    setAttribute(this.#path, "d", SHAPES[shape] ?? "");
    setText(this.#word, word);
    setText(this.#name, tame(name));
    setText(this.#seat, tame(seat));
    setText(this.#sentence, tame(lines.join("\n")));
    this.element.hidden = false;
  }

  #leave() {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }
}

/** @param {Verdict["before"]} before */
function earlierWords(before) {
  if (!before) return "";
  const time = formatClock(before.at);
  return before.where ? t("first in at {time}, {where}", { time, where: before.where }) : t("first in at {time}", { time });
}
