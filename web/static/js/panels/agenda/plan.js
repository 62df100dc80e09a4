/**
 * One plan for a late guest, drawn: what it does, its running order before and after, and the key that adopts it.
 *
 * Owns    the card of a plan and its picture.
 * Never   asks for anything.
 * Used by the late guest's dialog.
 */
import { h, isolate, tame } from "../../dom.js";
import { icon } from "../../icons.js";
import { formatClock, formatSpan, t } from "../../i18n.js";
import { MINUTE } from "./model.js";
import { button } from "./parts.js";
import { changesAnything, meets, sentenceOf } from "./plans.js";

/** @import {Bar, Picture, Plan, Step} from "./plans.js" */

const MARKS = /** @type {Record<string, string>} */ ({ late: "late", moved: "moved", new: "new", cut: "shorter", gone: "left out" });

/**
 * @param {Plan} plan
 * @param {Picture} picture
 * @param {number} place from 1, the best
 * @param {() => void} adopt
 */
export function planCard(plan, picture, place, adopt) {
  const word = t(changesAnything(plan) ? "adopt" : "leave it so");
  return h("li", { class: "agenda-plan", data: { met: String(meets(plan)) } },
    h("div", { class: "agenda-plan__head" },
      h("span", { class: "count agenda-plan__place", text: String(place) }),
      h("ul", { class: "agenda-plan__steps" }, ...steps(plan).map((text) => h("li", { text }))),
      button(word, { on: adopt, variant: place === 1 ? "primary" : undefined, label: `${word} ${place}`, class: "agenda-plan__adopt" })),
    verdict(plan),
    track(t("as it is"), picture.before, picture),
    track(t("with this plan"), picture.after, picture),
    told(plan));
}

/** What a plan does, a sentence each. @param {Plan} plan @returns {string[]} */
export function steps({ steps: all, start }) {
  return all.length === 0 ? [t("keep the order and begin at {time}", { time: formatClock(start) })] : all.map(worded);
}

/** @param {Step} step */
function worded(step) {
  const { text, values, spans } = sentenceOf(step);
  const names = Object.entries(values).map(([name, value]) => [name, tame(value)]);
  return t(text, Object.fromEntries([...names, ...Object.entries(spans).map(([name, span]) => [name, formatSpan(span)])]));
}

/** @param {Plan} plan */
function verdict(plan) {
  const { short_by: short, start, end, target } = plan;
  const met = meets(plan);
  const spare = target - end >= MINUTE ? t("{span} before the target", { span: formatSpan(target - end) }) : t("on target");
  return h("p", { class: "agenda-plan__verdict" },
    h("span", { class: "agenda-plan__met", data: { tone: met ? "ok" : "bad" } }, icon(met ? "ok" : "bad"),
      h("b", { text: t("ends {time}", { time: formatClock(end) }) }),
      h("span", { text: met ? spare : t("{span} past the target {time}", { span: formatSpan(short), time: formatClock(target) }) })),
    h("span", { text: t("the late item begins {time}", { time: formatClock(start) }) }));
}

/** @param {Plan} plan */
function told({ tell }) {
  if (tell.length === 0) return h("p", { class: "agenda-plan__tell", text: t("nobody must be told") });
  return h("p", { class: "agenda-plan__tell" }, icon("person"), h("span", { text: t("must be told:") }), ...tell.map((name) => h("b", null, isolate(name))));
}

/** A line of bars, as long as their items, on the picture's scale. @param {string} word @param {Bar[]} bars @param {Picture} picture */
function track(word, bars, { from, to }) {
  const share = (/** @type {number} */ span) => `${((100 * span) / Math.max(MINUTE, to - from)).toFixed(2)}%`;
  return h("div", { class: "agenda-track" },
    h("span", { class: "agenda-track__word", text: word }),
    h("ol", { class: "agenda-track__line", aria: { label: word } }, ...bars.map((bar) => {
      const made = h("li", { class: "agenda-bar", data: { change: bar.change }, attributes: { title: spoken(bar) } },
        h("span", { class: "agenda-bar__head" }, h("b", { class: "count", text: formatClock(bar.start) }), " ", mark(bar)),
        h("span", { class: "agenda-bar__title" }, isolate(bar.title)));
      made.style.insetInlineStart = share(bar.start - from);
      made.style.width = share(bar.end - bar.start);
      return made;
    })));
}

/** @param {Bar} bar */
const mark = ({ change }) => (change ? h("small", { class: "agenda-bar__mark", text: t(MARKS[change] ?? "") }) : null);

/** All of a bar that may not fit on it. @param {Bar} bar */
function spoken({ title, start, end, shift, change }) {
  const later = Math.abs(shift) < MINUTE ? "" : ` · ${t(shift > 0 ? "{span} later" : "{span} sooner", { span: formatSpan(Math.abs(shift)) })}`;
  return `${formatClock(start)}–${formatClock(end)} ${tame(title)}${later}${change ? ` · ${t(MARKS[change] ?? "")}` : ""}`;
}
