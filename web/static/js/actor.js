/**
 * Who did something, as far as a colleague needs to know.
 *
 * Owns    the words for roles.
 * Never   shows a person's id.
 * Used by whatever says who was faster, who reads, or who has taken something on.
 */

import { boot, roomTitle } from "./desk.js";
import { t } from "./i18n.js";

/** @type {Record<string, string>} */
const ROLES = { moderator: "moderator", control: "control", floor: "floor" };

/**
 * A colleague at the same room's desk needs no room.
 *
 * @param {string} actor such as `moderator:R0`, `control`, or a person's id
 * @returns {string}
 */
export function whoWord(actor) {
  const [role = "", room] = actor.split(":");
  const word = ROLES[role];
  if (!word) return t("attendee");
  return room && room !== boot.room ? `${t(word)} ${roomTitle(room)}` : t(word);
}
