/**
 * The relay's words in simplified Chinese.
 *
 * Owns    the translations of every text of the relay panel.
 * Never   holds a text that another panel shows.
 * Used by the relay panel.
 */
import { translate } from "../../i18n.js";

translate("zh-Hans", {
  "ON AIR": "正在回答",
  "question on air": "正在回答的问题",
  "anonymous": "匿名",
  "in the room": "现场",
  "remote": "线上",
  "on the stage screen": "台上屏幕已显示",
  "not on the stage screen yet": "台上屏幕尚未显示",
  "on air for {span}": "已进行 {span}",
  "Nothing is on air. The next question put on air shows here and on the stage at once.": "当前没有正在回答的问题。上屏的问题会立即显示在这里和台上。",
  "no question on air": "没有正在回答的问题",
  "Public displays are blanked": "所有公共屏幕已清空",
});
