/**
 * The words for screens, and their Chinese.
 *
 * Owns    what pages, states and clocks of screens are called.
 * Never   draws.
 * Used by everything of the screens panel.
 */

import { boot, roomTitle } from "../../desk.js";
import { tame } from "../../dom.js";
import { formatClock, formatSpan, t, translate } from "../../i18n.js";

/** @import {Place, ScreenRow} from "./orders.js" */

translate("zh-Hans", {
  Screens: "屏幕",
  Wall: "大屏",
  "Control desk": "控制台",
  Moderator: "主持台",
  "Stage display": "舞台显示",
  "Lower third": "字幕条",
  "Check-in": "签到",
  "{n} {n|screen|screens}": "{n} 块屏幕",
  "{n} lost": "{n} 块失联",
  "{screens}, {n} lost": "{screens}，{n} 块失联",
  "{screen} was lost": "{screen} 失联",
  "{n|screen is|screens are} up": "块屏幕在线",
  "No screen is up. Open a page of the crew on each display; it is listed here by itself.": "没有屏幕在线。在每台显示设备上打开工作页面，它会自动出现在这里。",
  up: "在线",
  "up, not in view": "在线，未显示在前台",
  "last heard of at {time}": "最后联系于 {time}",
  "closed at {time}": "已于 {time} 关闭",
  "not seen since the server started": "服务器启动后未出现",
  "its clock is {span} ahead": "本机时钟快 {span}",
  "its clock is {span} behind": "本机时钟慢 {span}",
  "The times it shows are right all the same; set its clock when there is time.": "它显示的时间仍然正确；有空时请校准其时钟。",
  "clock {n} ms": "时钟 {n} 毫秒",
  "round trip {n} ms": "往返 {n} 毫秒",
  "since {time}": "始于 {time}",
  "this screen": "本屏幕",
  blank: "已黑屏",
  "name of the screen": "屏幕名称",
  "Show who it is": "显示身份",
  "All show who they are": "全部显示身份",
  "Send…": "切换页面…",
  "Send it there": "切换",
  "Let it go": "不再指定",
  Page: "页面",
  Room: "会场",
  Blank: "黑屏",
  "Show again": "恢复显示",
  Forget: "移除",
  "sent to {place}": "已指定：{place}",
  "on its way to {place}": "正在切换到 {place}",
  "Its key opens only: {places}.": "它的密钥只能打开：{places}。",
  "Somebody may be working at this screen.": "可能有人正在使用这块屏幕。",
  "This is the screen in front of you.": "这就是您面前的屏幕。",
  "Whoever watches the stream will read its name for some seconds.": "观看直播的人会在几秒内看到它的名称。",
  "Send {screen} to {place}?": "把 {screen} 切换到 {place}？",
  "Show the name of {screen}?": "显示 {screen} 的名称？",
  "{n} {n|screen shows who it is|screens show who they are}.": "{n} 块屏幕正在显示身份。",
  "The control desk has sent this screen here.": "控制台已将本屏幕切换到此页面。",
});

/** @type {Record<string, string>} */
const WORDS = { wall: "Wall", control: "Control desk", moderate: "Moderator", stage: "Stage display", overlay: "Lower third", door: "Check-in" };

/** From how far off, ms, a machine's clock is worth a word. */
const ODD = 1_000;

/** @param {string} page */
export const pageWord = (page) => t(WORDS[page] ?? page);

/** A page with its room, as the crew says it. @param {Place} place */
export function placeWord({ page, room }) {
  return room === null ? pageWord(page) : `${pageWord(page)} · ${tame(roomTitle(room))}`;
}

/** What the crew calls a screen; one without a name by its page and the end of its id. @param {ScreenRow} screen */
export function nameOf(screen) {
  return tame(screen.name) || callsign(screen.id, screen.page ?? "");
}

/** @param {string} id @param {string} page */
export function callsign(id, page) {
  return [WORDS[page] ? pageWord(page) : "", tame(id).slice(-4).toUpperCase()].filter(Boolean).join(" ");
}

/** @param {ScreenRow} screen @returns {{tone: string, word: string}} */
export function standing({ state, visible, heard_at }) {
  const time = formatClock(heard_at, undefined, { seconds: true });
  if (state === "stale") return { tone: "stale", word: t("last heard of at {time}", { time }) };
  if (state === "away") return { tone: "away", word: heard_at === null ? t("not seen since the server started") : t("closed at {time}", { time }) };
  return visible ? { tone: "ok", word: t("up") } : { tone: "info", word: t("up, not in view") };
}

/** A sentence about a clock that is more than a second off; empty for a good one. @param {number | null} skew */
export function clockWord(skew) {
  if (skew === null || Math.abs(skew) <= ODD) return "";
  const off = Math.abs(skew);
  const span = off < 120_000 ? t("{n} s", { n: Math.round(off / 1000) }) : formatSpan(off);
  return t(skew > 0 ? "its clock is {span} ahead" : "its clock is {span} behind", { span });
}

/** What else is known, in few words. @param {ScreenRow} screen @returns {string[]} */
export function facts({ since, width, height, skew, trip, language, state }) {
  if (state === "away") return [];
  const known = [];
  if (since !== null) known.push(t("since {time}", { time: formatClock(since) }));
  if (skew !== null && !clockWord(skew)) known.push(t("clock {n} ms", { n: `${skew < 0 ? "−" : "+"}${Math.abs(skew)}` }));
  if (trip !== null) known.push(t("round trip {n} ms", { n: trip }));
  if (width > 0) known.push(`${width} × ${height}`);
  if (language && language !== boot.language) known.push(tame(language));
  return known;
}
