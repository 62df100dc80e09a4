/**
 * Rows that are carried by finger, pen or mouse.
 *
 * Owns    the gesture: take at the grip, carry, drop, or give up with Escape.
 * Never   changes the order itself: whoever asked is told where the row is, and where it was dropped.
 * Used by the rundown.
 */
import { setAttribute } from "../../dom.js";

/**
 * @param {HTMLElement} list its children are the rows; a row's grip carries the class `agenda-grip`
 * @param {(key: string, target: string, side: "before"|"after") => void} onDrop
 * @param {(over: {key: string, target: string, side: "before"|"after"}|null) => void} onOver whenever the place changes; null over none
 * @param {AbortSignal} signal
 */
export function carry(list, onDrop, onOver, signal) {
  /** @type {{row: HTMLElement, from: number, target: Element|null, side: "before"|"after"}|null} */
  let held = null;

  /** @param {PointerEvent} event */
  const take = (event) => {
    const grip = event.target instanceof Element ? event.target.closest(".agenda-grip") : null;
    const row = grip?.closest("[data-key]");
    if (!(row instanceof HTMLElement) || row.parentElement !== list) return;
    event.preventDefault();
    list.setPointerCapture(event.pointerId);
    held = { row, from: event.clientY, target: null, side: "after" };
    setAttribute(row, "data-carried", true);
  };

  /** @param {PointerEvent} event */
  const move = (event) => {
    if (!held) return;
    const { row, from } = held;
    row.style.translate = `0 ${event.clientY - from}px`;
    const was = `${placeOf(held)}`;
    unmark();
    const over = [...list.children].find((child) => {
      const box = child.getBoundingClientRect();
      return child !== row && child.hasAttribute("data-movable") && event.clientY >= box.top && event.clientY < box.bottom;
    });
    held.target = over ?? null;
    if (over) {
      const box = over.getBoundingClientRect();
      held.side = event.clientY < box.top + box.height / 2 ? "before" : "after";
      setAttribute(over, "data-drop", held.side);
    }
    const place = placeOf(held);
    if (`${place}` === was) return;
    const [key, target, side] = place ?? [];
    onOver(key && target && side ? { key, target, side } : null);
  };

  const unmark = () => held?.target && setAttribute(held.target, "data-drop", null);

  /** @param {boolean} dropped */
  const release = (dropped) => {
    if (!held) return;
    const { row } = held;
    const [key, onto, side] = placeOf(held) ?? [];
    unmark();
    held = null;
    onOver(null);
    row.style.translate = "";
    setAttribute(row, "data-carried", null);
    if (dropped && key && onto && side) onDrop(key, onto, side);
  };

  list.addEventListener("pointerdown", take, { signal });
  list.addEventListener("pointermove", move, { signal });
  list.addEventListener("pointerup", () => release(true), { signal });
  list.addEventListener("pointercancel", () => release(false), { signal });
  document.addEventListener("keydown", (event) => event.key === "Escape" && release(false), { signal });
}

/**
 * Where a row would stand if it were dropped now.
 *
 * @param {{row: HTMLElement, target: Element|null, side: "before"|"after"}} held
 * @returns {[key: string, target: string, side: "before"|"after"]|null}
 */
function placeOf({ row, target, side }) {
  const [key, onto] = [row.getAttribute("data-key"), target?.getAttribute("data-key")];
  return key && onto ? [key, onto, side] : null;
}
