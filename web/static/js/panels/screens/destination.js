/**
 * Where a screen is to go: a page that its key opens, and a room where the page has one.
 *
 * Owns    the two choices and their form.
 * Never   sends.
 * Used by a line of the list of screens.
 */

import { boot } from "../../desk.js";
import { h, keyed } from "../../dom.js";
import { t } from "../../i18n.js";
import { pageWord } from "./labels.js";
import { PAGES } from "./orders.js";

/** @import {Place, ScreenRow} from "./orders.js" */

/**
 * @param {(place: Place) => void} choose
 * @param {() => void} release
 */
export function destination(choose, release) {
  const page = h("select");
  const room = h("select");
  const place = h("label", { class: "field" }, h("span", { class: "field__label", text: t("Room") }), room);
  const go = h("button", { class: "button", data: { variant: "primary" }, attributes: { type: "submit" }, text: t("Send it there") });
  const free = h("button", { class: "button", data: { variant: "quiet" }, attributes: { type: "button" }, text: t("Let it go"), on: { click: release } });
  const root = h("form", { class: "screen-line__way", attributes: { hidden: true } }, h("label", { class: "field" }, h("span", { class: "field__label", text: t("Page") }), page), place, go, free);
  const settle = () => (place.hidden = !PAGES[page.value]);
  page.addEventListener("change", settle);
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    choose({ page: page.value, room: PAGES[page.value] ? room.value : null });
  });

  const form = {
    root,
    /** @type {(open: boolean) => void} */
    onToggle: () => {},
    toggle: () => {
      root.hidden = !root.hidden;
      if (!root.hidden) page.focus();
      form.onToggle(!root.hidden);
    },
    close: () => {
      root.hidden = true;
      form.onToggle(false);
    },
    /** @param {ScreenRow} screen */
    update: (screen) => {
      options(page, screen.opens.map((name) => [name, pageWord(name)]), screen.page);
      options(room, boot.rooms.filter(({ id }) => !screen.rooms || screen.rooms.includes(id)).map(({ id, title }) => [id, title]), screen.room);
      free.hidden = screen.goes === null;
      settle();
      if (screen.state !== "up") form.close();
    },
  };
  return form;
}

/**
 * @param {HTMLSelectElement} select
 * @param {string[][]} wanted value and word of each
 * @param {string | null} first chosen while nobody has chosen yet
 */
function options(select, wanted, first) {
  const fresh = select.options.length === 0;
  keyed(select, wanted, ([value = ""]) => value, ([value = "", text = ""]) => h("option", { attributes: { value }, text }));
  if (fresh && first !== null && wanted.some(([value]) => value === first)) select.value = first;
}
