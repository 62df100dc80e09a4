/**
 * Carrying a card to another place of the shortlist, by its grip.
 *
 * Owns    the drag in progress and where it would land.
 * Never   changes the list: it says which place was meant.
 */

import { h, setAttribute } from "../../dom.js";
import { t, translate } from "../../i18n.js";

translate("zh-Hans", { "Carry to another place": "拖动排序" });

/**
 * Make the grip of a card.
 *
 * @param {() => HTMLElement} card the element that is carried
 * @param {(place: number) => void} put called with the place among its siblings that was meant, counted from 0
 * @returns {HTMLElement}
 */
export function grip(card, put) {
  const handle = h("span", { class: "q-card__grip", attributes: { role: "img", title: t("Carry to another place") }, aria: { label: t("Carry to another place") }, text: "⠿" });
  /** @type {{id: number, y: number, place: number} | null} */
  let carried = null;

  const stop = () => {
    const element = card();
    carried = null;
    setAttribute(element, "data-carried", null);
    element.style.removeProperty("--carry");
    for (const other of siblings(element)) setAttribute(other, "data-land", null);
  };
  handle.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    carried = { id: event.pointerId, y: event.clientY, place: siblings(card()).indexOf(card()) };
    setAttribute(card(), "data-carried", true);
  });
  handle.addEventListener("pointermove", (event) => {
    if (carried?.id !== event.pointerId) return;
    const element = card();
    element.style.setProperty("--carry", `${event.clientY - carried.y}px`);
    const others = siblings(element).filter((other) => other !== element);
    carried.place = others.filter((other) => middle(other) < event.clientY).length;
    others.forEach((other, nth) => {
      const last = carried?.place === others.length && nth === others.length - 1;
      setAttribute(other, "data-land", nth === carried?.place ? "before" : last ? "after" : null);
    });
  });
  handle.addEventListener("pointerup", (event) => {
    if (carried?.id !== event.pointerId) return;
    const { place } = carried;
    stop();
    put(place);
  });
  handle.addEventListener("pointercancel", stop);
  handle.addEventListener("click", (event) => event.stopPropagation());
  return handle;
}

/** @param {HTMLElement} element @returns {HTMLElement[]} the cards of its list, itself included */
const siblings = (element) => /** @type {HTMLElement[]} */ ([...(element.parentElement?.children ?? [])]);

/** @param {Element} element */
function middle(element) {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}
