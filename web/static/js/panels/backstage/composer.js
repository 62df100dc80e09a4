/**
 * A line to the crew: what, for whom, how urgent.
 *
 * Owns    its elements. What is sent goes into the outbox, with the time at which it was said.
 * Used by the crew's view.
 */

import { boot } from "../../desk.js";
import { h, keyed, setAttribute } from "../../dom.js";
import { t } from "../../i18n.js";
import { outbox } from "../../outbox.js";
import { explain, toast } from "../../toast.js";
import { callMe, deskId, myName } from "./desk.js";
import { placeWord, PRESETS } from "./words.js";

const PLACES = ["moderator", "floor", "control", "stage"];

export class Composer {
  #panel;
  #to = "";
  #urgent = false;
  #field = h("input", {
    aria: { label: t("Write to the crew") },
    attributes: { maxlength: 280, placeholder: t("Write to the crew"), autocomplete: "off" },
  });
  #name = h("input", {
    aria: { label: t("Your name (for colleagues)") },
    attributes: { maxlength: 40, placeholder: t("Your name (for colleagues)"), autocomplete: "off" },
  });
  #room = h("select", { aria: { label: t("Room") } }, ...boot.rooms.map(({ id, title }) => h("option", { attributes: { value: id }, text: title })));
  #places = h("div", { class: "segmented backstage__places", aria: { label: t("For whom") }, attributes: { role: "group" } });
  #level = h("button", {
    class: "chip backstage__urgent",
    aria: { pressed: false },
    attributes: { type: "button" },
    text: t("urgent"),
    on: { click: () => this.#setUrgent(!this.#urgent) },
  });
  element;

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#name.value = myName() ?? "";
    this.#name.addEventListener("change", () => callMe(this.#name.value));
    const others = ["", ...PLACES.filter((place) => place !== boot.role)];
    keyed(this.#places, others, (place) => place, (place) => this.#place(place));
    const presets = h("div", { class: "backstage__presets" }, ...PRESETS.map((text) => this.#preset(t(text))));
    const send = h("button", { class: "button", data: { variant: "primary" }, attributes: { type: "submit" }, text: t("send") });
    const line = h("div", { class: "backstage__line" }, h("div", { class: "field" }, this.#field), send);
    const room = panel.room === null && boot.rooms.length > 1 && h("div", { class: "field" }, this.#room);
    const extras = h("div", { class: "backstage__extras" }, room, this.#places, this.#level, h("div", { class: "field" }, this.#name));
    this.element = h("form", { class: "backstage__form", on: { submit: (/** @type {Event} */ event) => this.#submit(event) } }, presets, line, extras);
    this.#choose("");
  }

  /** @param {string} text */
  #preset(text) {
    const use = () => {
      this.#field.value = text;
      const gap = text.indexOf("…");
      this.#field.focus();
      if (gap >= 0) this.#field.setSelectionRange(gap, gap + 1);
    };
    return h("button", { class: "chip", attributes: { type: "button" }, text, on: { click: use } });
  }

  /** @param {string} place empty: everybody */
  #place(place) {
    const text = place ? placeWord(place) : t("everybody");
    return h("button", { text, data: { place }, attributes: { type: "button" }, on: { click: () => this.#choose(place) } });
  }

  /** @param {string} place */
  #choose(place) {
    this.#to = place;
    for (const button of this.#places.children) setAttribute(button, "aria-pressed", String(button.getAttribute("data-place") === place));
  }

  /** @param {boolean} on */
  #setUrgent(on) {
    this.#urgent = on;
    setAttribute(this.#level, "aria-pressed", String(on));
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (!text) return this.#field.focus();
    callMe(this.#name.value);
    const args = {
      room: this.#panel.room ?? this.#room.value,
      text,
      desk: deskId,
      name: myName(),
      to: this.#to ? [this.#to] : [],
      level: this.#urgent ? "urgent" : "info",
      said_at: Math.round(this.#panel.now()),
    };
    this.#field.value = "";
    this.#setUrgent(false);
    outbox.send("backstage", "say", args).catch((error) => toast(explain(error), { tone: "warn" }));
  }
}
