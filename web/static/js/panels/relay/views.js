/**
 * The question on air as each screen shows it.
 *
 * Owns    the stage, overlay, moderate, wall and attendee views of the relay.
 * Never   shows a question longer than it may be shown.
 * Used by the relay panel.
 */
import { clock } from "../../clock.js";
import { boot } from "../../desk.js";
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { fit, onResize } from "../../fit.js";
import { formatSpan, t } from "../../i18n.js";
import { isTrusted } from "./model.js";

/** @import {OnAir} from "./model.js" */
/** @typedef {{room: string, title: string, blank: boolean, air: OnAir|null}} Place */
/** @typedef {{root: HTMLElement, draw: (places: Place[], now: number) => void}} View */

/** Who asks and from where. @param {OnAir} air */
const who = ({ name, origin }) => `${name ? tame(name) : t("anonymous")} · ${t(origin === "remote" ? "remote" : "in the room")}`;

/** The lower half of the speaker's display. @param {import("../../panel.js").Panel} panel @returns {View} */
export function stage(panel) {
  const tally = h("span", { class: "tally", data: { tone: "live" } });
  const person = h("span", { class: "relay-stage__who" });
  const body = h("p", { class: "relay-stage__body" });
  const root = h("section", { class: "relay-stage", aria: { live: "polite", label: t("question on air") } },
    h("header", { class: "relay-stage__head" }, tally, person), body);
  /** @type {string|null} */
  let told = null;

  /** Drawn on a screen that somebody can see is seen; only a stage's own key may say so. @param {OnAir} air */
  const tell = (air) => {
    const showing = `${air.question} ${air.since}`;
    if (told === showing || document.visibilityState !== "visible" || boot.role !== "stage") return;
    told = showing;
    panel.link.send("relay", "seen", { room: panel.room }).catch(() => (told = null));
  };
  const measure = () => fit(body, { min: 16, max: 160 });
  onResize(body, measure, panel.signal);
  return {
    root,
    draw: ([place]) => {
      const air = place?.air ?? null;
      setAttribute(panel, "data-on-air", air !== null);
      root.hidden = air === null;
      setText(body, air ? tame(air.body) : "");
      setText(person, air ? who(air) : "");
      setText(tally, air ? `#${air.number}` : "");
      if (!air) return;
      measure();
      tell(air);
    },
  };
}

/** A lower third over a picture. @param {import("../../panel.js").Panel} panel @returns {View} */
export function overlay(panel) {
  const number = h("span", { class: "relay-overlay__number" });
  const person = h("span");
  const body = h("p", { class: "relay-overlay__body" });
  const root = h("section", { class: "relay-overlay", attributes: { hidden: true } },
    h("p", { class: "relay-overlay__who" }, number, person), body);
  return {
    root,
    draw: ([place], now) => {
      const air = isTrusted(panel.link.state, clock.confirmed, now) ? place?.air ?? null : null;
      root.hidden = air === null;
      setText(body, air ? tame(air.body) : "");
      setText(number, air ? `#${air.number}` : "");
      setText(person, air ? who(air) : "");
      setAttribute(root, "data-length", air ? lengthOf(air.body) : null);
      if (air) fit(body, { min: 24, max: 54 });
    },
  };
}

/** How many lines a text wants; wide characters count twice. @param {string} body */
function lengthOf(body) {
  const wide = body.match(/[\u2E80-\uFFEF]/g)?.length ?? 0;
  const units = body.length + wide;
  return units > 110 ? "long" : units > 52 ? "short" : "brief";
}

/** Whether the stage has it. @param {import("../../panel.js").Panel} panel @returns {View} */
export function moderate(panel) {
  const tally = h("span", { class: "tally" });
  const person = h("span", { class: "relay-air__who" });
  const seen = h("span", { class: "badge" });
  const body = h("p", { class: "relay-air__body" });
  const note = h("p", { class: "relay-air__note" });
  const root = h("section", { class: "relay-air" }, h("header", { class: "relay-air__head" }, tally, person, seen), body, note);
  let last = "";
  return {
    root,
    draw: ([place], now) => {
      const air = place?.air ?? null;
      setAttribute(root, "data-on-air", air !== null);
      setAttribute(tally, "data-tone", air ? "live" : null);
      setText(tally, air ? `${t("ON AIR")} #${air.number}` : t("no question on air"));
      setText(person, air ? who(air) : "");
      setText(body, air ? tame(air.body) : "");
      setText(note, air ? t("on air for {span}", { span: formatSpan(Math.max(0, now - air.since)) }) : idle(place));
      drawSeen(seen, air);
      if (air && air.question !== last) panel.flash(root);
      last = air?.question ?? "";
    },
  };
}

/** @param {Place|undefined} place */
const idle = (place) => t(place?.blank ? "Public displays are blanked" : "Nothing is on air. The next question put on air shows here and on the stage at once.");

/** @param {HTMLElement} badge @param {OnAir|null} air */
function drawSeen(badge, air) {
  badge.hidden = air === null;
  const isSeen = (air?.seen_by.length ?? 0) > 0;
  setAttribute(badge, "data-tone", isSeen ? "ok" : "warn");
  setText(badge, isSeen ? `✓ ${t("on the stage screen")}` : t("not on the stage screen yet"));
}

/** Which rooms are on air, with what. @param {import("../../panel.js").Panel} panel @returns {View} */
export function wall(panel) {
  const list = h("ul", { class: "relay-wall" });
  const silence = h("p", { class: "relay-wall__silence", text: t("no question on air") });
  const root = h("div", { class: "relay-wall__root" }, list, silence);
  return {
    root,
    draw: (places) => {
      const airs = places.flatMap(({ air, title, room }) => (air ? [{ air, title, room }] : []));
      silence.hidden = airs.length > 0;
      setAttribute(panel, "data-on-air", airs.length > 0);
      keyed(list, airs, ({ room }) => room,
        () => h("li", { class: "relay-wall__row" },
          h("span", { class: "tally", data: { tone: "live" }, text: t("ON AIR") }),
          h("span", { class: "relay-wall__who" }), h("p", { class: "relay-wall__body" })),
        (element, { air, title }) => {
          setText(element.children[1], `${tame(title)} · #${air.number} ${who(air)}`);
          setText(element.children[2], tame(air.body));
          if (element.getAttribute("data-question") !== air.question) panel.flash(element);
          setAttribute(element, "data-question", air.question);
        });
    },
  };
}

/** What the audience hears being answered. @param {import("../../panel.js").Panel} panel @returns {View} */
export function attendee(panel) {
  const head = h("p", { class: "relay-air__head" }, h("span", { class: "tally", data: { tone: "live" }, text: t("ON AIR") }), h("span", { class: "relay-air__who" }));
  const body = h("p", { class: "relay-air__body" });
  const root = h("section", { class: "relay-air", aria: { live: "polite", label: t("question on air") } }, head, body);
  return {
    root,
    draw: ([place]) => {
      const air = place?.air ?? null;
      setAttribute(panel, "data-on-air", air !== null);
      setAttribute(root, "data-on-air", air !== null);
      root.hidden = air === null;
      setText(body, air ? tame(air.body) : "");
      setText(/** @type {Element} */ (head.lastChild), air ? `#${air.number} · ${who(air)}` : "");
    },
  };
}
