/**
 * The line of the latest news.
 *
 * Owns    which items fit on the line, newest first.
 * Never   moves by itself: a line that scrolls cannot be read from five metres.
 * Used by the wall.
 */

import { h, keyed, setAttribute, setText } from "./dom.js";
import { formatClock, t } from "./i18n.js";
import { icon } from "./icons.js";
import { news } from "./news.js";

const SHOWN = 4;

/** @typedef {import("./news.js").Item & {key: string}} Shown */

export class Ticker extends HTMLElement {
  #leaving = new AbortController();
  #list = h("ol", { class: "ticker__list" });
  #quiet = h("p", { class: "ticker__quiet" });

  connectedCallback() {
    this.#leaving = new AbortController();
    this.classList.add("ticker");
    this.replaceChildren(this.#list, this.#quiet);
    news.addEventListener("items", () => this.#draw(), { signal: this.#leaving.signal });
    this.#draw();
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  #draw() {
    const latest = [...news.items].map(([key, item]) => ({ key, ...item })).sort((a, b) => b.at - a.at);
    this.#quiet.hidden = latest.length > 0;
    this.#list.hidden = latest.length === 0;
    setText(this.#quiet, t("Nothing has happened yet that the crew must know of."));
    keyed(this.#list, latest.slice(0, SHOWN), ({ key, text }) => `${key} ${text}`, made, (element, item) => setAttribute(element, "data-tone", item.tone ?? "info"));
  }
}

/** @param {Shown} item */
function made(item) {
  return h(
    "li",
    { class: "ticker__item" },
    h("time", { text: formatClock(item.at) }),
    item.tone === "warn" || item.tone === "bad" || item.tone === "ok" ? icon(item.tone) : null,
    h("span", { text: item.text }),
  );
}

customElements.define("desk-ticker", Ticker);
