/**
 * How the approved questions are sorted here: by votes, by how well they do among those who saw them, or by age.
 *
 * Owns    the choice, which stays on this machine. The public's list is sorted by nobody's choice.
 */

import { h } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { SORTS } from "./queue.js";

/** @import {Sort} from './queue.js' */

translate("zh-Hans", {
  "Sort by": "排序",
  votes: "票数",
  "rate of those who saw it": "看过者支持率",
  age: "等待时间",
});

const KEPT = "cuedesk-sort";

/** @type {Record<Sort, string>} */
const WORDS = { votes: "votes", score: "rate of those who saw it", age: "age" };

export class Sorting {
  element;

  /** @param {() => void} changed */
  constructor(changed) {
    const options = SORTS.map((sort) => h("option", { attributes: { value: sort }, text: t(WORDS[sort]) }));
    this.element = h("select", { class: "lane__sort", aria: { label: t("Sort by") } }, ...options);
    const kept = localStorage.getItem(KEPT);
    if (SORTS.some((sort) => sort === kept)) this.element.value = kept ?? "votes";
    this.element.addEventListener("change", () => {
      localStorage.setItem(KEPT, this.element.value);
      changed();
    });
  }

  /** @returns {Sort} */
  get value() {
    return /** @type {Sort} */ (this.element.value);
  }
}
