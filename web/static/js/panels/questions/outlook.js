/**
 * How long until one's question may come up: honest, so a range, and only while questions are being taken.
 *
 * Pure.
 */

import { t, translate } from "../../i18n.js";

translate("zh-Hans", {
  "Number {n} on your side.": "您这一侧的第 {n} 位。",
  "Number {n} on your side, about {low} to {high} minutes.": "您这一侧的第 {n} 位，约 {low} 到 {high} 分钟。",
  "Number {n} on your side, about a minute.": "您这一侧的第 {n} 位，约一分钟。",
  "Number {n} on your side. The time may not reach it; votes help.": "您这一侧的第 {n} 位，时间可能不够；多拉几票会有帮助。",
});

/** @import {Session} from './queue.js' */

const MINUTE = 60_000;
/** A turn is rarely as long as the last ones were. */
const SHORTER = 0.8;
const LONGER = 1.25;

/**
 * @param {{place: number, origin: string}} own its place on its side, counted from 1
 * @param {any} session the row `qa`
 * @param {number | null} onAirSince
 * @param {number} now
 * @returns {{low: number, high: number, isTight: boolean} | null} minutes; null: nobody can say, no question is being taken
 */
export function outlook({ place, origin }, session, onAirSince, now) {
  if (!session?.pace || (!session.on_air && !session.next)) return null;
  const other = session.meter?.[origin === "room" ? "remote" : "room"]?.waiting ?? 0;
  const rest = onAirSince === null ? 0 : Math.max(0, onAirSince + session.pace - now);
  const [fewest, most] = [place - 1 + Math.min(other, place - 1), place - 1 + Math.min(other, place)];
  const [low, high] = [rest + fewest * session.pace * SHORTER, rest + most * session.pace * LONGER];
  return {
    low: Math.floor(low / MINUTE),
    high: Math.max(1, Math.ceil(high / MINUTE)),
    isTight: typeof session.until === "number" && now + low > session.until,
  };
}

/**
 * @param {{place: number | null, origin: string}} own
 * @param {any} session
 * @param {number | null} onAirSince
 * @param {number} now
 * @returns {string} empty where there is nothing to say
 */
export function placeSentence({ place, origin }, session, onAirSince, now) {
  if (place === null) return "";
  const found = outlook({ place, origin }, session, onAirSince, now);
  if (found === null) return t("Number {n} on your side.", { n: place });
  if (found.isTight) return t("Number {n} on your side. The time may not reach it; votes help.", { n: place });
  if (found.high <= 1) return t("Number {n} on your side, about a minute.", { n: place });
  return t("Number {n} on your side, about {low} to {high} minutes.", { n: place, low: Math.max(1, found.low), high: Math.max(2, found.high) });
}
