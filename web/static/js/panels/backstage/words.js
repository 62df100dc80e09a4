/**
 * The words of backstage, in both languages.
 */

import { whoWord } from "../../actor.js";
import { tame } from "../../dom.js";
import { t, translate } from "../../i18n.js";

translate("zh-Hans", {
  Backstage: "后台通话",
  "Nothing was said yet. What you send here is read by the crew of the room only.": "暂无消息。此处内容仅本会场工作人员可见。",
  send: "发送",
  "Got it": "收到",
  "Got all {n}": "全部收到（{n}）",
  "All messages": "全部消息",
  Newest: "只看最新",
  "for {whom}": "发给{whom}",
  everybody: "所有人",
  floor: "场务",
  stage: "舞台",
  you: "你",
  "not on any screen yet": "尚未送达",
  "on screen at {n}, not read yet": "已送达 {n} 处，尚未有人读",
  "read by {who}": "{who}已读",
  "{n} more {n|has|have} it": "另有 {n} 处已送达",
  "said {span} earlier": "{span}前说的",
  "sending…": "发送中…",
  "waits for a connection": "等待网络",
  "goes out in a moment": "稍后自动发送",
  "not sent: {why}": "未发送：{why}",
  "Take it away": "移除",
  "Write to the crew": "给同事留言",
  "For whom": "发给谁",
  Room: "会场",
  urgent: "紧急",
  "Your name (for colleagues)": "你的名字（同事可见）",
  "two more minutes": "还有两分钟",
  "last question": "最后一个问题",
  "microphone to row …": "话筒送到第…排",
  "next speaker to the stage": "请下一位嘉宾候场",
  "the room is full": "会场已满",
  "help needed here": "这里需要帮手",
});

/** What is said most, as it is sent. */
export const PRESETS = /** @type {const} */ ([
  "two more minutes",
  "last question",
  "microphone to row …",
  "next speaker to the stage",
  "the room is full",
  "help needed here",
]);

/** @type {Record<string, string>} */
const PLACES = { moderator: "moderator", floor: "floor", control: "control", stage: "stage" };

/** @param {string} place */
export const placeWord = (place) => t(PLACES[place] ?? place);

/**
 * Say who it was: the desk, and what colleagues call its person.
 *
 * @param {{by: string, name: string | null}} actor
 */
export function personWord({ by, name }) {
  const desk = whoWord(by);
  return name ? `${tame(name)} (${desk})` : desk;
}
