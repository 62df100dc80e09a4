/**
 * For the badge that does not read: a name finds the ticket, a typed code is a scan.
 *
 * Owns    its field and what was found.
 */

import { boot } from "../../../desk.js";
import { h, isolate, setText } from "../../../dom.js";
import { formatClock, t, translate } from "../../../i18n.js";

translate("zh-Hans", {
  "Name or code": "姓名或票码",
  "Nobody has this name. Press Enter to use it as a code.": "查无此人。按回车将其作为票码核验。",
  "Searching needs a connection. A typed code and Enter works without one.": "搜索需要连接；输入票码后按回车可离线使用。",
  "in since {time}": "{time} 入场",
  "searching…": "搜索中…",
});

/** A pause in typing that is worth a search, ms. */
const SETTLED = 250;
const SHORTEST = 2;
const SHOWN = 12;

export class Search {
  #panel;
  #chosen;
  /** @type {any} */
  #timer = null;
  #asked = 0;
  #field = h("input", {
    class: "search__field",
    aria: { label: t("Name or code") },
    attributes: {
      type: "search",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "go",
      placeholder: t("Name or code"),
    },
    on: { input: () => this.#typed() },
  });
  #found = h("ul", { class: "search__found" });
  #note = h("p", { class: "search__note", attributes: { role: "status" } });
  #form = h("form", { class: "field" }, this.#field);
  element = h("div", { class: "search" }, this.#form, this.#note, this.#found);

  /**
   * @param {any} panel
   * @param {(secret: string) => void} chosen a ticket was chosen, or a code typed
   */
  constructor(panel, chosen) {
    this.#panel = panel;
    this.#chosen = chosen;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const code = this.#field.value.trim();
      if (code) this.#chosen(code);
    });
  }

  /** Forget what was typed: the next person stands there. */
  clear() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#field.value = "";
    this.#found.replaceChildren();
    setText(this.#note, "");
  }

  /** Say whether searching is possible at all. */
  update() {
    if (this.#panel.link.state !== "live" && this.#field.value)
      setText(this.#note, t("Searching needs a connection. A typed code and Enter works without one."));
  }

  #typed() {
    clearTimeout(this.#timer);
    const text = this.#field.value.trim();
    this.#asked += 1;
    if (text.length < SHORTEST && !/[\u2e80-\u9fff]/.test(text)) return this.#found.replaceChildren();
    this.#timer = setTimeout(() => void this.#look(text, this.#asked), SETTLED);
  }

  /**
   * @param {string} text
   * @param {number} asked what was typed later makes this answer old
   */
  async #look(text, asked) {
    setText(this.#note, t("searching…"));
    const query = new URLSearchParams({ search: text, as: boot.role });
    const answer = await fetch(`/api/v1/organizers/-/checkinrpc/search/?${query}`, { signal: this.#panel.signal })
      .then((response) => (response.ok ? response.json() : null))
      .catch(() => null);
    if (asked !== this.#asked) return;
    if (answer === null) return setText(this.#note, t("Searching needs a connection. A typed code and Enter works without one."));
    const results = /** @type {any[]} */ (answer.results ?? []).slice(0, SHOWN);
    setText(this.#note, results.length ? "" : t("Nobody has this name. Press Enter to use it as a code."));
    this.#found.replaceChildren(...results.map((position) => this.#row(position)));
  }

  /** @param {any} position */
  #row(position) {
    const seat = typeof position.seat === "string" ? position.seat : position.seat?.name;
    const about = [position.company ?? position.organisation, position.category, seat].filter(Boolean).join(" · ");
    const since = cameIn(position);
    const words = since === null ? "" : t("in since {time}", { time: formatClock(since) });
    const inside = since !== null && h("span", { class: "badge", data: { tone: "warn" }, text: words });
    const choose = () => this.#chosen(position.secret);
    return h(
      "li",
      null,
      h(
        "button",
        { class: "search__person", attributes: { type: "button" }, on: { click: choose } },
        h("strong", null, isolate(position.attendee_name)),
        h("span", { class: "search__about" }, isolate(about)),
        inside,
      ),
    );
  }
}

/**
 * Read when a ticket came in, in this server's shape or pretix's.
 *
 * @param {any} position
 * @returns {number | null}
 */
function cameIn(position) {
  if (position.first_scan) return position.first_scan.at;
  const first = position.checkins?.find((/** @type {any} */ { type }) => type !== "exit");
  return first ? Date.parse(first.datetime) : null;
}
