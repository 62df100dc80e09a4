/**
 * What the keys do, for whoever presses the question mark.
 *
 * Owns    the dialog while it is open.
 */

import { h } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { HELP } from "./moves.js";

translate("zh-Hans", {
  Keys: "快捷键",
  "down / up": "下一张 / 上一张",
  "later / earlier in the shortlist": "在入围中后移 / 前移",
  "open or close the card": "展开或收起",
  "the big button": "大按钮",
  "With a finger: right goes a step on, left refuses; hold, then up, goes on air.": "手指：右滑前进一步，左滑拒绝；按住再上滑即上屏。",
  Close: "关闭",
});

/** Show it. */
export function helpDialog() {
  const lines = HELP.flatMap(([key, act]) => [h("dt", null, h("kbd", { text: key })), h("dd", { text: t(act) })]);
  const dialog = h(
    "dialog",
    { class: "dialog q-help", aria: { label: t("Keys") } },
    h("h2", { text: t("Keys") }),
    h("dl", { class: "q-help__keys" }, ...lines),
    h("p", { text: t("With a finger: right goes a step on, left refuses; hold, then up, goes on air.") }),
    h("form", { attributes: { method: "dialog" } }, h("button", { class: "button", text: t("Close") })),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
