/**
 * Now and Next of one room, and the keys that run it.
 *
 * Owns    the hero of the control and moderate views: what is on, how long, and the big buttons.
 * Never   decides what is allowed: it disables what makes no sense and the server refuses the rest.
 * Used by the control and moderate views of the agenda panel.
 */
import { roomTitle } from "../../desk.js";
import { h, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, formatSpan, inWords, t } from "../../i18n.js";
import { countdown, drawCount, phaseLook } from "./count.js";
import { MINUTE, endOf, startOf } from "./model.js";
import { button, drawNotices, drawPickers, drawSpeakers, endWord } from "./parts.js";

/** @import {ItemRow, Notice, Scene} from "./model.js" */

/** @param {import("../../panel.js").Panel} panel @param {() => void} onLate somebody of the next item will be late */
export function deck(panel, onLate) {
  /** @type {Scene|null} */
  let held = null;
  let busy = false;
  const act = async (/** @type {string} */ verb, /** @type {Record<string, any>} */ args) => {
    if (busy) return;
    busy = true;
    setAttribute(keys.root, "aria-busy", "true");
    await panel.ask("agenda", verb, args);
    busy = false;
    setAttribute(keys.root, "aria-busy", null);
  };
  const keys = makeKeys(() => held, act);
  const now = nowCard();
  const next = nextCard(panel, onLate);
  const notices = h("ul", { class: "agenda-notices" });
  const end = h("p", { class: "agenda-deck__end" });
  const root = h("div", { class: "agenda-deck" }, now.root, next.root, h("div", { class: "agenda-deck__notes" }, end, notices), keys.root);

  /** @param {Scene} scene @param {number} instant @param {Notice[]} found */
  const draw = (scene, instant, found) => {
    held = scene;
    setAttribute(root, "data-phase", phaseLook(scene));
    now.draw(scene, instant);
    next.draw(scene, instant);
    drawNotices(notices, found);
    setText(end, endLine(scene));
    setAttribute(end, "data-tone", (scene.room.to_find ?? 0) >= MINUTE ? "bad" : null);
    keys.draw(scene);
  };
  return { root, draw, press: keys.press };
}

/** When the day ends, and when it should. @param {Scene} scene */
function endLine({ room }) {
  const target = room.end.target === null ? "" : ` · ${t("target {time}", { time: formatClock(room.end.target) })}`;
  return endWord(room) && `${endWord(room)}${target}`;
}

function nowCard() {
  const tally = h("span", { class: "tally" });
  const title = h("h3", { class: "agenda-deck__title" });
  const people = h("p", { class: "agenda-people" });
  const count = countdown();
  const late = h("p", { class: "agenda-deck__late" });
  const root = h("div", { class: "agenda-deck__now" }, h("p", { class: "agenda-deck__label" }, tally, late), title, people, count);
  /** @param {Scene} scene @param {number} now */
  const draw = (scene, now) => {
    const { current, room } = scene;
    setAttribute(tally, "data-tone", current ? "live" : "idle");
    setText(tally, t(current ? "now" : room.state === "ended" ? "ended" : "nothing on"));
    setText(title, current ? tame(current.title) : tame(room.title));
    drawSpeakers(people, current?.speakers ?? []);
    count.hidden = !current;
    drawCount(count, scene);
    setText(late, lateLine(scene, now));
    setAttribute(late, "data-tone", room.late >= 5 * MINUTE ? "bad" : room.late >= MINUTE ? "warn" : "ok");
  };
  return { root, draw };
}

/** @param {Scene} scene @param {number} now */
function lateLine({ room, current }, now) {
  if (!current) return room.state === "ended" ? "" : inWords(room.late);
  const home = current.room === room.id ? "" : `${t("run from {room}", { room: tame(roomTitle(current.room)) })} · `;
  return `${home}${inWords(room.late)} · ${t("ends {time}", { time: formatClock(Math.max(endOf(current), now)) })}`;
}

/** @param {import("../../panel.js").Panel} panel @param {() => void} onLate */
function nextCard(panel, onLate) {
  const title = h("h4", { class: "agenda-deck__next-title" });
  const when = h("span", { class: "agenda-deck__when" });
  const people = h("p", { class: "agenda-people" });
  const late = button(t("late guest"), { key: "L", on: onLate, class: "agenda-key agenda-deck__guest" });
  const root = h("div", { class: "agenda-deck__next" },
    h("p", { class: "agenda-deck__label" }, h("span", { class: "tally", text: t("next"), data: { tone: "next" } }), when), title,
    h("div", { class: "agenda-deck__who" }, people, late));
  /** @param {Scene} scene @param {number} now */
  const draw = ({ next }, now) => {
    setText(title, next ? tame(next.title) : t("nothing more today"));
    const ahead = next ? startOf(next) - now : 0;
    setText(when, next ? `${formatClock(startOf(next))} · ${ahead > 0 ? t("in {span}", { span: formatSpan(ahead) }) : t("due now")}` : "");
    drawPickers(people, next?.speakers ?? [], panel);
    late.hidden = !next;
  };
  return { root, draw };
}

/**
 * An item as far as this room may run it: a broadcast is run from its home room alone.
 *
 * @param {Scene|null} scene
 * @param {"current"|"next"} which
 */
const own = (scene, which) => (scene?.[which]?.room === scene?.room.id ? scene?.[which] ?? null : null);

/**
 * The keys of a room, for the thumb and for the keyboard.
 *
 * @param {() => Scene|null} sceneNow
 * @param {(verb: string, args: Record<string, any>) => void} act
 */
function makeKeys(sceneNow, act) {
  const current = () => own(sceneNow(), "current");
  const next = () => own(sceneNow(), "next");
  const go = () => {
    const [from, to] = [current(), next()];
    if (from && sceneNow()?.next) act("next", { room: from.room, from: from.id });
    else if (from) act("finish", { item: from.id });
    else if (to) act("start", { item: to.id });
  };
  const onCurrent = (/** @type {string} */ verb) => {
    const item = current();
    if (item) act(verb, { item: item.id });
  };
  const adjust = (/** @type {number} */ by) => {
    const item = current() ?? next();
    if (item) act("adjust", { item: item.id, by });
  };
  const acts = /** @type {Record<string, () => void>} */ ({
    n: go,
    f: () => onCurrent("finish"),
    p: () => onCurrent(sceneNow()?.paused ? "resume" : "pause"),
    "-": () => adjust(-MINUTE),
    "+": () => adjust(MINUTE),
    u: () => act("undo", { room: sceneNow()?.room.id }),
  });
  const key = (/** @type {string} */ name, /** @type {string} */ word, /** @type {string|undefined} */ variant) =>
    button(word, { key: name.toUpperCase(), on: /** @type {() => void} */ (acts[name]), variant, class: `agenda-key agenda-key--${variant ?? "plain"}` });
  const forward = key("n", t("start"), "primary");
  const finish = key("f", t("finish"), undefined);
  const pause = key("p", t("pause"), undefined);
  const less = key("-", t("−1 min"), undefined);
  const more = key("+", t("+1 min"), undefined);
  const undo = key("u", t("undo"), "quiet");
  const root = h("div", { class: "agenda-keys" }, forward, finish, pause, less, more, undo);

  /** @param {Scene} scene */
  const draw = (scene) => {
    const on = current();
    const isIdle = !on && !next();
    setText(/** @type {Element} */ (forward.firstChild), t(on ? (scene.next ? "next" : "finish the last") : "start"));
    setText(/** @type {Element} */ (pause.firstChild), t(scene.paused ? "resume" : "pause"));
    for (const one of [finish, pause]) one.disabled = !on;
    for (const one of [forward, less, more]) one.disabled = isIdle;
  };
  /** @param {string} name the key pressed; @returns {boolean} whether it means something here */
  const press = (name) => {
    const found = acts[name.toLowerCase()];
    found?.();
    return found !== undefined;
  };
  return { root, draw, press };
}
