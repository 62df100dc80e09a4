/**
 * How this station stands: entry or exit, at which lane, for which list. The device remembers.
 *
 * Owns    the settings and their controls.
 */

import { h, keyed, setAttribute, setText } from "../../../dom.js";
import { t, translate } from "../../../i18n.js";
import { isLoud, setLoud } from "./chime.js";

translate("zh-Hans", {
  Entry: "入场",
  Exit: "出场",
  Lane: "通道",
  "no lane": "未选通道",
  List: "名单",
  Sound: "声音",
  "Sound off": "静音",
});

const SHELF = "cuedesk.door";

/** @typedef {{id: string, title: string, gate: string}} LaneChoice */

export class Setup {
  /** @type {"entry" | "exit"} */
  type = "entry";
  /** @type {string | null} */
  lane = null;
  list = 1;
  #changed;
  #entry = this.#direction("entry", "Entry");
  #exit = this.#direction("exit", "Exit");
  #lanes = h("select", { on: { change: () => this.#set({ lane: this.#lanes.value || null }) } });
  #lists = h("input", {
    attributes: { type: "number", min: 0, inputmode: "numeric" },
    on: { change: () => this.#set({ list: Math.max(0, Math.trunc(this.#lists.valueAsNumber || 1)) }) },
  });
  #sound = h("button", {
    class: "button",
    data: { variant: "quiet" },
    attributes: { type: "button" },
    on: { click: () => this.#toggleSound() },
  });
  element = h(
    "div",
    { class: "setup" },
    h("div", { class: "segmented setup__direction" }, this.#entry, this.#exit),
    h("label", { class: "field setup__lane" }, h("span", { class: "field__label", text: t("Lane") }), this.#lanes),
    h("label", { class: "field setup__list" }, h("span", { class: "field__label", text: t("List") }), this.#lists),
    this.#sound,
  );

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    Object.assign(this, remembered());
    this.#draw();
  }

  /** @param {LaneChoice[]} lanes */
  update(lanes) {
    const known = this.lane === null || lanes.some(({ id }) => id === this.lane);
    const choices = [{ id: "", title: t("no lane"), gate: "" }, ...lanes];
    if (!known && this.lane !== null) choices.push({ id: this.lane, title: this.lane, gate: "" });
    const words = (/** @type {LaneChoice} */ { title, gate }) => (gate ? `${title} · ${gate}` : title);
    keyed(
      this.#lanes,
      choices,
      ({ id }) => id || "-",
      ({ id }) => h("option", { attributes: { value: id } }),
      (option, lane) => setText(option, words(lane)),
    );
    this.#lanes.value = this.lane ?? "";
  }

  /** @param {Partial<Pick<Setup, "type" | "lane" | "list">>} change */
  #set(change) {
    Object.assign(this, change);
    localStorage.setItem(SHELF, JSON.stringify({ type: this.type, lane: this.lane, list: this.list }));
    this.#draw();
    this.#changed();
  }

  #draw() {
    setAttribute(this.#entry, "aria-pressed", String(this.type === "entry"));
    setAttribute(this.#exit, "aria-pressed", String(this.type === "exit"));
    this.#lists.value = String(this.list);
    setText(this.#sound, isLoud() ? t("Sound") : t("Sound off"));
    setAttribute(this.#sound, "aria-pressed", String(isLoud()));
  }

  /**
   * @param {"entry" | "exit"} type
   * @param {string} words
   */
  #direction(type, words) {
    return h("button", { attributes: { type: "button" }, text: t(words), on: { click: () => this.#set({ type }) } });
  }

  #toggleSound() {
    setLoud(!isLoud());
    this.#draw();
  }
}

/** @returns {Partial<Pick<Setup, "type" | "lane" | "list">>} */
function remembered() {
  try {
    const { type, lane, list } = JSON.parse(localStorage.getItem(SHELF) ?? "{}");
    return {
      type: type === "exit" ? "exit" : "entry",
      lane: typeof lane === "string" ? lane : null,
      list: Number.isInteger(list) ? list : 1,
    };
  } catch {
    return {};
  }
}
