/**
 * What a stage display does besides being looked at: sounds and vibration, both off until somebody wants them.
 *
 * Owns    the strip with the switches, what this display remembers of them, and the tunes.
 * Never   stays on the display: the strip goes by itself.
 * Used by the stage view of the agenda panel.
 */

import { h, setAttribute, setText } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { recall, remember, screenId } from "../../identity.js";
import { isAudible, onAudible, play, unlock } from "../../sound.js";

translate("zh-Hans", {
  "ten minutes left": "还剩十分钟",
  "this display": "本显示屏",
  "sound is on": "声音：开",
  "sound is off": "声音：关",
  "vibration is on": "振动：开",
  "vibration is off": "振动：关",
  "tap once for sound": "轻触一次以启用声音",
});

/** How long the strip stays, ms. */
const SHOWN = 8_000;
/** How often an urgent message that nobody has answered sounds again, ms. */
const AGAIN = 10_000;

/** @typedef {"remind" | "over" | "info" | "warn" | "urgent"} Occasion */

/** @type {Record<Occasion, import("../../sound.js").Note[]>} */
const TUNES = {
  remind: [[660, 0, 0.14], [880, 0.18, 0.2]],
  over: [[440, 0, 0.35], [330, 0.4, 0.5]],
  info: [[880, 0, 0.16]],
  warn: [[740, 0, 0.16], [740, 0.24, 0.16]],
  urgent: [[988, 0, 0.14], [988, 0.2, 0.14], [988, 0.4, 0.3]],
};

/** @type {Record<Occasion, number[]>} */
const TAPS = { remind: [80], over: [300, 120, 300], info: [60], warn: [120, 80, 120], urgent: [250, 100, 250, 100, 250] };

/** @param {import("../../panel.js").Panel} panel */
export function options(panel) {
  const wants = { sound: false, vibration: false };
  let id = "";
  /** @type {any} */
  let leaving = null;
  /** @type {any} */
  let again = null;
  const sound = toggle(() => void choose("sound"));
  const vibration = toggle(() => void choose("vibration"));
  const strip = h("div", { class: "agenda-stage__options", attributes: { role: "group", hidden: true }, aria: { label: t("this display") } }, sound, "vibrate" in navigator ? vibration : null);
  const locked = h("p", { class: "agenda-stage__locked", attributes: { hidden: true }, text: t("tap once for sound") });

  const draw = () => {
    setText(sound, t(wants.sound ? "sound is on" : "sound is off"));
    setText(vibration, t(wants.vibration ? "vibration is on" : "vibration is off"));
    setAttribute(sound, "aria-pressed", String(wants.sound));
    setAttribute(vibration, "aria-pressed", String(wants.vibration));
    locked.hidden = !wants.sound || isAudible();
  };
  const stay = () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => (strip.hidden = true), SHOWN);
  };
  const choose = async (/** @type {"sound" | "vibration"} */ name) => {
    wants[name] = !wants[name];
    remember(id, name, wants[name] ? "on" : "off");
    stay();
    if (wants.sound) await unlock();
    if (wants[name]) signal("info");
    draw();
  };
  /** Any tap lets the sound through that was wanted before. */
  const wake = async () => {
    if (wants.sound) await unlock();
    draw();
  };
  /** Show the switches for a while. */
  const show = () => {
    strip.hidden = false;
    stay();
  };
  /** @param {Occasion} occasion */
  const signal = (occasion) => {
    if (wants.vibration) navigator.vibrate?.(TAPS[occasion]);
    if (wants.sound && isAudible()) play(TUNES[occasion]);
  };
  const calm = () => {
    clearInterval(again);
    again = null;
  };
  /** Sound a message, and an urgent one again until somebody has taken it away. @param {string} level */
  const announce = (level) => {
    calm();
    signal(level === "urgent" || level === "warn" ? level : "info");
    if (level === "urgent") again = setInterval(() => signal("urgent"), AGAIN);
  };

  panel.signal.addEventListener("abort", calm);
  void screenId().then((own) => {
    id = own;
    wants.sound = recall(own, "sound") === "on";
    wants.vibration = recall(own, "vibration") === "on";
    draw();
    onAudible(draw, panel.signal);
  });
  return { parts: [strip, locked], show, wake, signal, announce, calm };
}

/** @param {() => void} click */
function toggle(click) {
  const pressed = (/** @type {Event} */ event) => {
    event.stopPropagation();
    click();
  };
  return h("button", { class: "button", attributes: { type: "button" }, on: { click: pressed } });
}
