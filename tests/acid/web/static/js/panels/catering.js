/** Catering on the wall: portions left at each station. */

import { h, isolate, keyed, setText } from "../dom.js";
import { t, translate } from "../i18n.js";
import { Panel, define } from "../panel.js";

translate("zh-Hans", { Catering: "餐饮", "{n} left": "剩 {n} 份" });

class CateringPanel extends Panel {
  draw() {
    const list = this.querySelector("ul") ?? this.appendChild(h("ul", { class: "list" }));
    keyed(
      list,
      [...this.rows().values()],
      (row) => row.station,
      (row) => h("li", {}, isolate(row.station), " ", h("b", { data: { left: "" } })),
      (item, row) => setText(item.querySelector("b"), t("{n} left", { n: row.left })),
    );
  }
}

define("catering", CateringPanel);
