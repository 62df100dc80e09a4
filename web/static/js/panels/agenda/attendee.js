/**
 * What is on here, for somebody in the audience.
 *
 * Owns    the attendee view of the agenda: now, how long, and next.
 * Never   shows crew matters such as lateness of a person.
 * Used by the agenda panel on a phone.
 */
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, formatDay, t } from "../../i18n.js";
import { countdown, drawCount, phaseLook } from "./count.js";
import { MINUTE, daysOf, startOf } from "./model.js";

/** @import {Scene} from "./model.js" */

const OVERNIGHT = 6 * 60 * MINUTE;

export function view() {
  const title = h("h2", { class: "agenda-now__title" });
  const people = h("p", { class: "agenda-now__people" });
  const count = countdown();
  const span = h("span", { class: "agenda-now__span" });
  const next = h("p", { class: "agenda-now__next" });
  const list = h("ol", { class: "agenda-now__list" });
  const more = h("details", { class: "agenda-now__more" }, h("summary", { text: t("the rest of the day") }), list);
  const root = h("div", { class: "agenda-now" },
    h("div", { class: "agenda-now__head" }, span, count), title, people, next, more);

  /** @param {Scene[]} scenes @param {number} now */
  const draw = ([scene], now) => {
    if (!scene) return;
    const { current, room } = scene;
    setAttribute(root, "data-phase", phaseLook(scene));
    setText(title, current ? tame(current.title) : tame(room.title));
    setText(people, (current?.speakers ?? []).map(({ name }) => tame(name)).join(" · "));
    setText(span, current ? `${t("now")} · ${formatClock(startOf(current))}–${formatClock(current.public.end)}` : t("between two items"));
    count.hidden = !current;
    drawCount(count, scene);
    setText(next, nextLine(scene, now));
    const [today = []] = daysOf(scene);
    const coming = today.filter((item) => item.state === "pending" && item.id !== room.next);
    more.hidden = coming.length === 0;
    keyed(list, coming, ({ id }) => id, () => h("li", null, h("span", { class: "count" }), h("span")), (element, item) => {
      setText(element.firstChild, formatClock(item.public.start));
      setText(element.lastChild, tame(item.title));
    });
  };
  return { root, draw };
}

/** @param {Scene} scene @param {number} now */
function nextLine({ next }, now) {
  if (!next) return t("nothing more today");
  const { start } = next.public;
  const day = start - now > OVERNIGHT ? `${formatDay(start)} ` : "";
  return `${t("next")} ${day}${formatClock(start)} · ${tame(next.title)}`;
}
