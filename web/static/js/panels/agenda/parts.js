/**
 * The small pieces that several views of the agenda share.
 *
 * Owns    people with their readiness, notices, times of an item, the crew's buttons.
 * Never   asks for anything or keeps state.
 * Used by the views of the agenda panel.
 */
import { h, isolate, keyed, setAttribute, setText, tame } from "../../dom.js";
import { icon } from "../../icons.js";
import { formatClock, t } from "../../i18n.js";
import { MINUTE, startOf } from "./model.js";
import { keyOf } from "./notices.js";

/** @import {ItemRow, Notice, Speaker} from "./model.js" */

/** @type {Record<string, string>} */
const READINESS = {
  unknown: "not seen yet", away: "away", on_site: "on site", miked: "has a microphone",
  in_wings: "in the wings", ready: "ready", link_tested: "link tested",
};

/** @type {Record<string, string>} */
const ROLES = { speaker: "speaker", host: "host", tech: "technician" };

/**
 * Speakers by name; with their readiness where the crew may see it.
 *
 * @param {Element} container
 * @param {Speaker[]} speakers
 */
export function drawSpeakers(container, speakers) {
  keyed(container, speakers, ({ id }) => id,
    ({ name }) => h("span", { class: "agenda-person" }, isolate(name), h("small", { class: "badge" })),
    (element, { name, readiness }) => {
      setText(element.firstChild, tame(name));
      const badge = element.lastChild;
      badge.hidden = !readiness;
      setText(badge, t(READINESS[readiness ?? ""] ?? ""));
      setAttribute(badge, "data-tone", toneOf(readiness));
    });
}

/**
 * Speakers with how far each is on the way to the stage, to be set by whoever knows.
 *
 * @param {Element} container
 * @param {Speaker[]} speakers
 * @param {import("../../panel.js").Panel} panel
 */
export function drawPickers(container, speakers, panel) {
  const tell = (/** @type {string} */ speaker, /** @type {Event} */ { target }) =>
    void panel.ask("agenda", "ready", { speaker, readiness: /** @type {HTMLSelectElement} */ (target).value }).then(() => panel.redraw());
  keyed(container, speakers, ({ id }) => id,
    ({ id, name }) => h("label", { class: "agenda-person" }, isolate(name), h("select", { class: "badge agenda-picker", on: { change: (event) => tell(id, event) } },
      ...Object.entries(READINESS).map(([value, word]) => h("option", { text: t(word), attributes: { value } })))),
    (element, { name, readiness }) => {
      setText(element.firstChild, tame(name));
      const picker = element.lastChild;
      if (document.activeElement !== picker || picker.value !== readiness) picker.value = readiness ?? "unknown";
      setAttribute(picker, "data-tone", toneOf(readiness));
    });
}

/** @param {string|null|undefined} readiness */
const toneOf = (readiness) => (readiness === "away" ? "bad" : readiness === "unknown" ? "stale" : "ok");

/**
 * Notices as a list: icon, sentence, tone.
 *
 * @param {Element} container
 * @param {Notice[]} notices
 */
export function drawNotices(container, notices) {
  keyed(container, notices, keyOf,
    ({ tone }) => h("li", { class: "agenda-notice", data: { tone } }, icon(tone), h("span")),
    (element, notice) => setText(element.lastChild, wordNotice(notice)));
}

/**
 * A notice as a sentence of the page's language.
 *
 * @param {Notice} notice
 */
export function wordNotice({ text, values }) {
  return t(text, Object.fromEntries(Object.entries(values)
    .map(([name, value]) => [name, name === "role" ? roleWord(String(value)) : typeof value === "string" ? tame(value) : value])));
}

/** What a call's role is called. @param {string} role */
export const roleWord = (role) => t(ROLES[role] ?? role);

/**
 * The times of an item as one reads them: the plan, and what became of it where that differs by a minute.
 *
 * @param {ItemRow} item
 * @returns {{planned: string, expected: string|null, drift: number}} `drift`: positive is late
 */
export function timesOf(item) {
  const drift = startOf(item) - item.planned.start;
  const [planned, expected] = [formatClock(item.planned.start), formatClock(startOf(item))];
  // Half a minute that leaves the figures as they are would strike a time out and write it again.
  return { planned, expected: Math.abs(drift) >= MINUTE / 2 && expected !== planned ? expected : null, drift };
}

/**
 * When the day ends, as far as this day's own talks tell; nothing once it has ended.
 *
 * @param {import("./model.js").RoomRow} room
 * @param {boolean} [isShort] for the wall
 */
export function endWord({ state, end, band }, isShort = false) {
  if (state === "ended" || end.expected === null) return "";
  const [p50, p90] = [formatClock(band?.p50 ?? end.expected), formatClock(band?.p90 ?? end.expected)];
  if (isShort) return t("ends {time}", { time: p50 === p90 ? p50 : `${p50}–${p90}` });
  if (!band || p90 === formatClock(end.expected)) return t("the day ends {time}", { time: formatClock(end.expected) });
  return t("the day ends {expected}, likely {p50}, by {p90} in 9 of 10 cases", { expected: formatClock(end.expected), p50, p90 });
}

/**
 * A button of the crew: a word, and the key that does the same.
 *
 * @param {string} word already translated
 * @param {{on: () => void, key?: string, variant?: string, label?: string, class?: string}} options
 */
export function button(word, { on, key, variant, label, class: extra }) {
  return h("button", {
    class: `button ${extra ?? ""}`.trim(),
    data: { variant },
    aria: { label: label ?? null, keyshortcuts: key ?? null },
    attributes: { type: "button" },
    on: { click: on },
  }, h("span", { text: word }), key ? h("kbd", { text: key, aria: { hidden: true } }) : null);
}
