/**
 * A room in the hand of its moderator.
 *
 * Owns    the moderate view of the agenda: Now, Next, the keys, the message, the late guest.
 * Never   shows another room.
 * Used by the agenda panel on a moderator's tablet.
 */
import { h } from "../../dom.js";
import { calls } from "./calls.js";
import { deck } from "./deck.js";
import { lateGuest } from "./late.js";
import { composer } from "./message.js";
import { noticesOf } from "./notices.js";
import "./crew.js";

/** @import {Scene} from "./model.js" */

/** @param {import("../../panel.js").Panel} panel */
export function view(panel) {
  const guest = lateGuest(panel);
  const room = deck(panel, guest.open);
  const called = calls(panel);
  const message = composer(panel, () => panel.room);
  const root = h("div", { class: "agenda-moderate" }, room.root, called.root, message.root, guest.root);
  /** @param {Scene[]} scenes @param {number} now */
  const draw = ([scene], now) => {
    if (!scene) return;
    room.draw(scene, now, noticesOf(scene, now));
    called.draw([scene], now);
    message.draw(scene);
    guest.draw(scene);
  };
  return { root, draw };
}
