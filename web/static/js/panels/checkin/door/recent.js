/**
 * The last scans of this station, newest first: what became of each, and a way to take one back.
 *
 * Owns    the list, which lives as long as the page.
 */

import { h, keyed, setAttribute, setText, tame } from "../../../dom.js";
import { formatClock, t, translate } from "../../../i18n.js";

/** @import {Scan} from './station.js' */
/** @import {Verdict} from './verdict.js' */

translate("zh-Hans", {
  "Last scans": "最近扫描",
  Undo: "撤销",
  "taken back": "已撤销",
  "Nothing scanned yet.": "还没有扫描。",
});

const KEPT = 8;
/** The server takes a scan back for this long, ms. */
const REVOCABLE = 15 * 60_000;

/** @typedef {{scan: Scan, verdict: Verdict, revoked: boolean}} Entry */

export class Recent {
  /** @type {Entry[]} */
  #entries = [];
  #annul;
  #panel;
  #list = h("ol", { class: "recent__list" });
  #empty = h("p", { class: "recent__empty", text: t("Nothing scanned yet.") });
  element = h("section", { class: "recent" }, h("h2", { class: "panel__title", text: t("Last scans") }), this.#empty, this.#list);

  /**
   * @param {(scan: Scan) => Promise<boolean>} annul
   * @param {any} panel
   */
  constructor(annul, panel) {
    this.#annul = annul;
    this.#panel = panel;
  }

  /**
   * Note what became of a scan; a later word on the same scan replaces the earlier.
   *
   * @param {Scan} scan
   * @param {Verdict} verdict
   */
  add(scan, verdict) {
    const known = this.#entries.find((entry) => entry.scan.nonce === scan.nonce);
    if (known) known.verdict = verdict;
    else this.#entries = [{ scan, verdict, revoked: false }, ...this.#entries].slice(0, KEPT);
    this.#draw();
  }

  #draw() {
    this.#empty.hidden = this.#entries.length > 0;
    keyed(
      this.#list,
      this.#entries,
      ({ scan }) => scan.nonce,
      (entry) => this.#make(entry),
      (item, entry) => this.#fill(item, entry),
    );
  }

  /** @param {Entry} entry */
  #make(entry) {
    const back = h("button", {
      class: "button",
      data: { variant: "quiet" },
      attributes: { type: "button" },
      text: t("Undo"),
      on: { click: () => void this.#takeBack(entry) },
    });
    return h(
      "li",
      { class: "recent__item" },
      h("time", { class: "recent__time", text: formatClock(entry.scan.at, undefined, { seconds: true }) }),
      h("strong", { class: "recent__word" }),
      h("bdi", { class: "recent__name" }),
      back,
    );
  }

  /**
   * @param {HTMLElement} item
   * @param {Entry} entry
   */
  #fill(item, { scan, verdict, revoked }) {
    const [, word, name, back] = /** @type {HTMLElement[]} */ ([...item.children]);
    if (!word || !name || !back) return;
    setAttribute(item, "data-tone", revoked ? "info" : verdict.tone);
    setText(word, revoked ? t("taken back") : t(verdict.word));
    setText(name, tame(verdict.name || verdict.category || scan.name || scan.secret));
    back.hidden = revoked || verdict.tone === "bad" || verdict.tone === "saved" || this.#panel.now() - scan.at > REVOCABLE;
  }

  /** @param {Entry} entry */
  async #takeBack(entry) {
    if (!(await this.#annul(entry.scan))) return;
    entry.revoked = true;
    this.#draw();
  }
}
