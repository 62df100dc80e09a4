/**
 * What a question's states, and the reasons to refuse one, are called, in both languages.
 */

import { t, translate } from "../../i18n.js";

translate("zh-Hans", {
  Waiting: "待审",
  "On hold": "暂扣",
  Approved: "已通过",
  Shortlisted: "已入围",
  Next: "下一个",
  "On air": "上屏",
  Answered: "已回答",
  Deferred: "会后答复",
  Rejected: "未采用",
  Withdrawn: "已撤回",
  Merged: "已合并",
  Expired: "已过期",
  Done: "已处理",
  "off topic": "偏离主题",
  duplicate: "重复",
  unclear: "表意不清",
  "answered elsewhere": "已在别处回答",
  "no time": "时间不够",
  rude: "言辞不当",
});

/** @type {Record<string, string>} */
const STATES = {
  waiting: "Waiting",
  pending: "Waiting",
  held: "On hold",
  approved: "Approved",
  shortlisted: "Shortlisted",
  next: "Next",
  on_air: "On air",
  answered: "Answered",
  deferred: "Deferred",
  rejected: "Rejected",
  withdrawn: "Withdrawn",
  merged: "Merged",
  expired: "Expired",
  done: "Done",
};

/** @type {Record<string, string>} */
const REASON_WORDS = {
  off_topic: "off topic",
  duplicate: "duplicate",
  unclear: "unclear",
  answered_elsewhere: "answered elsewhere",
  no_time: "no time",
  rude: "rude",
};

/** @param {string} state of a question, or a lane */
export const stateWord = (state) => t(STATES[state] ?? state);

/** @param {string} reason a known code, or a sentence as typed */
export const reasonWord = (reason) => t(REASON_WORDS[reason] ?? reason);
