/**
 * Check-in: how many are in, how fast they come, and where it jams.
 *
 * Owns    which view stands on which page, and this channel's words.
 * Never   counts: rates and forecasts are rows.
 * Used by wall, control and door.
 */

import { t, translate } from "../i18n.js";
import { Panel, define } from "../panel.js";
import { milestones } from "./checkin/tally.js";

/** @import {Context} from "../panel.js" */

translate("zh-Hans", {
  "Check-in": "签到",
  "{n} of {all}": "{n} / {all}",
  "{n} a minute": "每分钟 {n} 人",
  "{n} inside": "场内 {n} 人",
  "{n} {n|walk-in|walk-ins}": "现场登记 {n} 人",
  "{n} told late": "补传 {n} 条",
  "90 % at {time}": "预计 {time} 达到 90%",
  "90 % at {time}, {low} to {high}": "预计 {time} 达到 90%（{low} 至 {high}）",
  "90 % were in at {time}": "{time} 已达到 90%",
  "a forecast needs more arrivals": "到场人数还不足以预测",
  "Nobody has come yet. The curve begins with the first scan.": "还没有人到场。第一次扫码后曲线就会出现。",
  "There is no attendee list yet. Import one, or register people at the door.": "还没有参会者名单。请导入名单，或在入口现场登记。",
  "Arrivals per minute and the share of the expected who are in": "每分钟到场人数与到场比例",
  Now: "现在",
  "per minute": "每分钟",
  "Lanes": "通道",
  "queue grows": "排队变长",
  "busy": "繁忙",
  "open": "开放",
  "no scans": "无扫码",
  "{n} refused": "拒绝 {n} 次",
  "{time} per person": "每人 {time}",
  "wrong clock": "时钟不准",
  "Guests to be told of": "重要来宾",
  "Nobody of the guests you asked to be told of has arrived.": "还没有需要通知的来宾到场。",
  "Entered twice": "重复入场",
  "{name} has arrived": "{name} 已到场",
  "{share} % are in": "到场率达到 {share}%",
  "not inside": "已离场",
  "No lane has scanned anybody yet.": "各通道还没有扫码记录。",

  // Usual categories of tickets; an event's own ones stay as its list has them
  attendee: "参会者",
  speaker: "讲者",
  staff: "工作人员",
  student: "学生",
  vip: "贵宾",
  press: "媒体",
  sponsor: "赞助商",
  volunteer: "志愿者",
});

class CheckinPanel extends Panel {
  static ticks = true;
  static views = {
    wall: () => import("./checkin/wall.js"),
    control: () => import("./checkin/control.js"),
    door: () => import("./checkin/door.js"),
  };

  /** @param {Context} context */
  draw(context) {
    super.draw(context);
    if (!context.tick) this.#report();
  }

  /** Tell the page what a person should know. */
  #report() {
    for (const { share, at } of milestones(this.each("minute/"), this.row("totals")?.["expected"] ?? 0)) {
      this.tell(`share/${share}`, { at, text: t("{share} % are in", { share }), tone: "info" });
    }
    for (const [id, guest] of this.each("vip/")) {
      this.tell(`vip/${id}`, { at: guest["at"], text: t("{name} has arrived", { name: guest["name"] }), tone: "ok" });
    }
    const jammed = this.each("lane/").filter(([, lane]) => lane["active"] && lane["load"] >= 1).length;
    this.attend(jammed > 0 ? "warn" : "quiet", jammed);
  }
}

define("checkin", CheckinPanel);
