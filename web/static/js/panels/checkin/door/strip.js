/**
 * The quiet strip: how many are in, what waits to be sent, whether the clock and the battery can be trusted.
 *
 * Owns    its elements; it raises its voice only for what needs a person.
 */

import { clock } from "../../../clock.js";
import { h, setAttribute, setText } from "../../../dom.js";
import { formatNumber, formatSpan, t, translate } from "../../../i18n.js";
import { outbox } from "../../../outbox.js";

translate("zh-Hans", {
  "{arrived} of {expected} in": "已到 {arrived} / {expected}",
  "all sent": "全部已上传",
  "{n} to send": "{n} 条待上传",
  "{n} refused: clear": "{n} 条被拒：清除",
  "clock right": "时钟准确",
  "clock {span} ahead": "时钟快 {span}",
  "clock {span} behind": "时钟慢 {span}",
  "battery {n} %": "电量 {n}%",
  "battery {n} %: plug in": "电量 {n}%：请充电",
});

/** A clock that is further off than this is said to be wrong, ms. Scans carry the server's time all the same. */
const SKEWED = 5_000;
const LOW = 0.2;

export class Strip {
  #in = h("span", { class: "strip__item" });
  #queue = h("span", { class: "strip__item" });
  #refused = h("button", {
    class: "button",
    data: { variant: "danger" },
    attributes: { type: "button" },
    on: { click: () => this.#clear() },
  });
  #clock = h("span", { class: "strip__item" });
  #power = h("span", { class: "strip__item" });
  element = h("footer", { class: "strip" }, this.#in, this.#queue, this.#refused, this.#clock, this.#power);

  /** @param {any} panel */
  constructor(panel) {
    outbox.addEventListener("change", () => this.#drawQueue(), { signal: panel.signal });
    this.#drawQueue();
    void this.#watchBattery();
  }

  /** @param {any} totals row of check-in */
  update(totals) {
    setText(
      this.#in,
      totals
        ? t("{arrived} of {expected} in", { arrived: formatNumber(totals.arrived), expected: formatNumber(totals.expected) })
        : "",
    );
    const { skew } = clock;
    const off = Math.abs(skew) >= SKEWED;
    const words = skew > 0 ? "clock {span} ahead" : "clock {span} behind";
    setText(this.#clock, off ? t(words, { span: formatSpan(Math.abs(skew)) }) : t("clock right"));
    setAttribute(this.#clock, "data-tone", off ? "warn" : null);
  }

  #drawQueue() {
    const refused = outbox.entries.filter(({ state }) => state === "refused").length;
    const waiting = outbox.entries.length - refused;
    setText(this.#queue, waiting ? t("{n} to send", { n: waiting }) : t("all sent"));
    setAttribute(this.#queue, "data-tone", waiting ? "warn" : null);
    this.#refused.hidden = refused === 0;
    setText(this.#refused, t("{n} refused: clear", { n: refused }));
  }

  #clear() {
    for (const { ref, state } of outbox.entries) if (state === "refused") void outbox.dismiss(ref);
  }

  /** Few browsers tell of the battery; where they do, a low one is worth a word. */
  async #watchBattery() {
    const battery = await /** @type {any} */ (navigator).getBattery?.();
    if (!battery) return;
    const draw = () => {
      const low = battery.level <= LOW && !battery.charging;
      const n = Math.round(battery.level * 100);
      setText(this.#power, low ? t("battery {n} %: plug in", { n }) : t("battery {n} %", { n }));
      setAttribute(this.#power, "data-tone", low ? "warn" : null);
    };
    battery.addEventListener("levelchange", draw);
    battery.addEventListener("chargingchange", draw);
    draw();
  }
}
