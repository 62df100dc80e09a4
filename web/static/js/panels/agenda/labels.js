/**
 * The agenda's words in simplified Chinese.
 *
 * Owns    the translations of every text of the agenda panel.
 * Never   holds a text that another panel shows.
 * Used by the agenda panel.
 */
import { translate } from "../../i18n.js";

translate("zh-Hans", {
  "No agenda yet. Put an agenda file into the event's folder and import it.": "还没有议程。请把议程文件放进活动文件夹，然后导入。",

  // The countdown
  "remaining": "剩余时间",
  "wrap up": "请准备收尾",
  "last minute": "最后一分钟",
  "over time": "已超时",
  "paused": "已暂停",
  "until start": "距开始",
  "until the next item": "距下一项开始",
  "about to begin": "即将开始",
  "nothing more today": "今天没有更多议程",
  "due now": "现在就该开始",
  "in {span}": "{span}后",
  "ends {time}": "{time} 结束",

  // Now and next
  "now": "进行中",
  "next": "下一项",
  "then": "随后",
  "nothing on": "未进行",
  "ended": "已结束",
  "between two items": "两项之间",
  "the rest of the day": "今天其余议程",
  "done for today": "今天已结束",
});
