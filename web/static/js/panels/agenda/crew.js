/**
 * What only the crew reads of the agenda, in simplified Chinese.
 *
 * Owns    the translations of every text of the crew's views.
 * Never   holds a text that another panel shows.
 * Used by the agenda panel.
 */
import { translate } from "../../i18n.js";

translate("zh-Hans", {
  // The wall
  "no room is late": "没有会场延误",
  "all rooms are done for today": "各会场今天均已结束",
  "{room} is {span} late": "{room} 晚了 {span}",
  "{n} rooms late, up to {span}": "{n} 个会场延误，最多 {span}",
  "{name} is due in two rooms at {time}": "{name} 在 {time} 须同时到两个会场",

  // What is wrong
  "{name} is away and is on in {minutes} min": "{name} 不在场，{minutes} 分钟后上台",
  "{name} is not on site and is on in {minutes} min": "{name} 尚未到场，{minutes} 分钟后上台",
  "{name} is away and should be on now": "{name} 不在场，现在就该上台",
  "{name} is not on site and should be on now": "{name} 尚未到场，现在就该上台",
  "{name} was called and nobody answered": "已呼叫 {name}，无人应答",
  "call {name} now": "现在呼叫 {name}",
  "call now: {role}": "现在呼叫：{role}",
  "nobody answered the call: {role}": "呼叫无人应答：{role}",
  "run from {room}": "由 {room} 转播",
  "{n} more": "另有 {n} 个",
  "{minutes} min to find to end on time": "要准时结束，还需找回 {minutes} 分钟",
  "{minutes} min late for a fixed start: “{title}”": "固定开始将推迟 {minutes} 分钟：“{title}”",
  "{name} is in {from} until {end} and due in {to} at {start}: {span} short":
    "{name} 在 {from} 要到 {end} 才结束，而 {start} 须到 {to}：差 {span}",

  // People
  "not seen yet": "未到",
  "away": "不在场",
  "on site": "已到场",
  "has a microphone": "已戴麦",
  "in the wings": "候场",
  "ready": "就绪",
  "link tested": "连线已测",
  "calls": "呼叫",
  "call now": "现在呼叫",
  "called": "已呼叫",
  "nobody answered": "无人应答",
  "held": "暂缓",
  "waiting": "等待中",
  "speaker": "讲者",
  "host": "主持人",
  "technician": "技术",

  // Keys
  "start": "开始",
  "finish": "结束",
  "finish the last": "结束最后一项",
  "pause": "暂停",
  "resume": "继续",
  "−1 min": "−1 分钟",
  "+1 min": "+1 分钟",
  "undo": "撤销",
  "earlier": "前移",
  "later": "后移",
  "change": "修改",
  "skip": "跳过",
  "restore": "恢复",
  "skipped": "已跳过",
  "done": "完成",
  "day": "日期",
  "rooms": "会场",
  "on time!": "须准时",

  // The palette
  "show {room}": "查看 {room}",
  "go to the next item": "进入下一项",
  "finish this item": "结束此项",
  "pause or resume": "暂停或继续",
  "one minute more": "加一分钟",
  "one minute less": "减一分钟",
  "undo the last change": "撤销上一次更改",

  // Changing an item
  "change this item": "修改此项",
  "title": "标题",
  "minutes": "分钟",
  "at least, minutes": "最短（分钟）",
  "gap before": "之前的间隔",
  "moves with the rest": "随前项移动",
  "must start on time": "必须准时开始",
  "may be used up": "可被占用",
  "set-up, must stay": "换场，必须保留",
  "break, may shrink": "休息，可缩短",
  "may be dropped when time is short": "时间不够时可取消",
  "cancel": "取消",
  "save": "保存",

  // A line to the stage
  "message to the stage": "给台上的消息",
  "message": "消息",
  "please note": "请注意",
  "urgent": "紧急",
  "note": "一般",
  "important": "重要",
  "how urgent": "紧急程度",
  "send": "发送",
  "take it down": "撤下",
  "✓ on the stage screen": "✓ 台上屏幕已显示",
  "not shown yet": "尚未显示",
  "5 minutes left": "还剩 5 分钟",
  "please wrap up": "请准备结束",
  "time is up": "时间到",
  "please repeat the question": "请复述问题",
  "closer to the microphone": "请靠近话筒",
  "a little slower, please": "请讲慢一点",

  // The chart
  "plan and reality": "计划与实际",
  "thin: planned · bar: as it is and will be": "细线：计划 · 色块：实际与预计",
  "The chart could not be loaded. It will be tried again.": "图表未能加载，稍后会重试。",
});
