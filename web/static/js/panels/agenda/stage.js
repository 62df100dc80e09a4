/**
 * The speaker's display: the time, readable at eight metres, and what the crew has to say.
 *
 * Owns    the stage view of the agenda: countdown, message, what is next, and the reminders of the time.
 * Never   shows anything else; the question on air is the relay panel's.
 * Used by the agenda panel on the stage page.
 */
import { h, setAttribute, setText, tame } from "../../dom.js";
import { fit, onResize } from "../../fit.js";
import { formatClock, formatCount, t } from "../../i18n.js";
import { icon } from "../../icons.js";
import { phaseLook, phaseWord } from "./count.js";
import { MINUTE, startOf } from "./model.js";
import { options } from "./options.js";
import { crossed, isTenMinutes } from "./reminders.js";
import "./crew.js";

/** @import {ItemRow, Message, Scene} from "./model.js" */

const OVERNIGHT = 6 * 60 * MINUTE;
const DISMISSED = "cuedesk-dismissed";
const LEVELS = /** @type {Record<string, [string, string]>} */ ({
  info: ["message", "message"], warn: ["please note", "warn"], urgent: ["urgent", "bad"],
});

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const digits = h("p", { class: "count agenda-stage__digits", attributes: { role: "timer" } });
  const word = h("span");
  const rest = h("i");
  const title = h("p", { class: "agenda-stage__title" });
  const next = h("p", { class: "agenda-stage__next" });
  const time = h("p", { class: "count agenda-stage__time" });
  const level = h("p", { class: "agenda-stage__level" });
  const text = h("p", { class: "agenda-stage__text" });
  const message = h("section", { class: "agenda-stage__message", aria: { live: "assertive" }, attributes: { hidden: true } }, level, text);
  const root = h("div", { class: "agenda-stage" },
    message,
    h("section", { class: "agenda-stage__clock" },
      h("p", { class: "agenda-stage__word" }, h("i", { class: "agenda-shape", aria: { hidden: true } }), word),
      digits,
      h("div", { class: "agenda-stage__rest", aria: { hidden: true } }, rest)),
    h("footer", { class: "agenda-stage__foot" }, title, next, time));
  const extras = options(panel);
  root.append(...extras.parts);

  /** @type {Set<string>} */
  const told = new Set();
  let shown = "";
  let dismissed = sessionStorage.getItem(DISMISSED) ?? "";
  /** What was left of which item when it was last drawn. @type {{item: string, left: number} | null} */
  let last = null;

  const dismiss = () => {
    dismissed = shown;
    sessionStorage.setItem(DISMISSED, shown);
    message.hidden = true;
    extras.calm();
    measure();
  };
  /** A tap takes the message away, or else shows what this display can be told. */
  const tapped = () => {
    void extras.wake();
    if (message.hidden) extras.show();
    else dismiss();
  };
  const measure = () => {
    fit(digits, { min: 24, max: 2000, shape: (digits.textContent ?? "").replace(/\d/g, "0") });
    if (!message.hidden) fit(text, { min: 18, max: 240 });
  };
  root.addEventListener("click", tapped);
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey) return;
    if (!message.hidden) dismiss();
    else if (event.key === "Enter" && event.target === document.body) extras.show();
  }, { signal: panel.signal });
  onResize(root, measure, panel.signal);

  /** What is drawn on a screen that somebody can see has been seen; only a stage's own key may say so. @param {Message} row */
  const tell = (row) => {
    if (told.has(row.id) || document.visibilityState !== "visible" || panel.link.hello?.role !== "stage") return;
    told.add(row.id);
    panel.link.send("agenda", "seen", { room: panel.room, id: row.id }).catch(() => {});
  };

  /** @param {Message|null} row */
  const drawMessage = (row) => {
    message.hidden = !row || row.id === dismissed;
    if (!row || message.hidden) return extras.calm();
    setAttribute(message, "data-level", row.level);
    const [name, sign] = LEVELS[row.level] ?? ["message", "message"];
    if (shown !== row.id) {
      level.replaceChildren(icon(sign), t(name));
      extras.announce(row.level);
    }
    shown = row.id;
    setText(text, tame(row.text));
    tell(row);
  };

  /** @param {Scene} scene */
  const remind = ({ current, left }) => {
    const former = last;
    last = current?.clock && left !== null ? { item: current.id, left } : null;
    if (!last || former?.item !== last.item || document.documentElement.hasAttribute("data-blank")) return;
    const due = crossed(former.left, last.left, current?.clock?.duration ?? 0);
    if (due !== null) extras.signal(due === 0 ? "over" : "remind");
  };

  /** @param {Scene} scene @param {number} now */
  const draw = (scene, now) => {
    remind(scene);
    const counted = count(scene, now);
    setAttribute(root, "data-phase", counted.look);
    setText(digits, counted.digits);
    setText(word, counted.word);
    rest.style.inlineSize = `${counted.part * 100}%`;
    drawTitle(title, scene);
    setText(next, scene.next && scene.current ? `${t("next")} ${formatClock(startOf(scene.next))}  ${tame(scene.next.title)}` : "");
    setText(time, formatClock(now));
    drawMessage(scene.room.message);
    measure();
  };
  return { root, draw: (/** @type {Scene[]} */ scenes, /** @type {number} */ now) => scenes[0] && draw(scenes[0], now) };
}

/**
 * The digits, their word and the part of the time that is left: of the running item, else until the next begins.
 *
 * @param {Scene} scene
 * @param {number} now
 */
function count(scene, now) {
  const { current, next, left } = scene;
  if (current?.clock && left !== null) {
    const part = Math.max(0, Math.min(1, left / Math.max(1, current.clock.duration)));
    const word = !scene.paused && isTenMinutes(left, current.clock.duration) ? t("ten minutes left") : phaseWord(scene);
    return { look: phaseLook(scene), digits: formatCount(left), word, part };
  }
  if (!next) return { look: "idle", digits: formatClock(now), word: t("nothing more today"), part: 0 };
  const until = startOf(next) - now;
  if (until > OVERNIGHT) return { look: "idle", digits: formatClock(now), word: t("nothing more today"), part: 0 };
  if (until <= 0) return { look: "idle", digits: formatClock(now), word: t("about to begin"), part: 0 };
  return { look: "idle", digits: formatCount(until), word: t("until the next item"), part: 0 };
}

/**
 * @param {Element} element
 * @param {Scene} scene
 */
function drawTitle(element, { current, next, room }) {
  const item = current ?? next;
  setText(element, item ? tame(item.title) : tame(room.title));
}
