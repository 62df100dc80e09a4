/**
 * Somebody without a ticket: a name, a category, in.
 *
 * Owns    its dialog.
 */

import { h } from "../../../dom.js";
import { t, translate } from "../../../i18n.js";

translate("zh-Hans", {
  "Walk-in": "现场登记",
  Name: "姓名",
  "Category (optional)": "类别（可选）",
  "Let in": "登记并入场",
  Cancel: "取消",
  "Somebody without a ticket": "现场登记入场",
});

export class WalkIn {
  #name = h("input", { attributes: { required: true, maxlength: 120, autocomplete: "off" } });
  #category = h("input", { attributes: { maxlength: 80, autocomplete: "off" } });
  #form = h(
    "form",
    { class: "walkin", attributes: { method: "dialog" } },
    h("h2", { text: t("Somebody without a ticket") }),
    h("label", { class: "field" }, h("span", { class: "field__label", text: t("Name") }), this.#name),
    h("label", { class: "field" }, h("span", { class: "field__label", text: t("Category (optional)") }), this.#category),
    h(
      "div",
      { class: "dialog__actions" },
      h("button", {
        class: "button",
        data: { variant: "quiet" },
        text: t("Cancel"),
        attributes: { type: "button" },
        on: { click: () => this.#dialog.close() },
      }),
      h("button", { class: "button", data: { variant: "primary" }, text: t("Let in"), attributes: { type: "submit" } }),
    ),
  );
  #dialog = h("dialog", { class: "dialog" }, this.#form);
  element = h(
    "div",
    null,
    h("button", { class: "button", attributes: { type: "button" }, text: t("Walk-in"), on: { click: () => this.#open() } }),
    this.#dialog,
  );

  /** @param {(person: {name: string, category: string}) => void} admit */
  constructor(admit) {
    this.#form.addEventListener("submit", () => {
      admit({ name: this.#name.value.trim(), category: this.#category.value.trim() });
    });
  }

  #open() {
    this.#form.reset();
    this.#dialog.showModal();
    this.#name.focus();
  }
}
