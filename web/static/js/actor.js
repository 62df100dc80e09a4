/**
 * Who did something, as far as a colleague needs to know.
 *
 * Owns    the words for roles.
 * Never   shows a person's id.
 * Used by whatever says who was faster, who reads, or who has taken something on.
 */

import { t } from "./i18n.js";

/** @type {Record<string, string>} */
const ROLES = { moderator: "moderator", control: "control", floor: "floor", stage: "stage", system: "the program" };

/** @type {{room: string | null, rooms: {id: string, title: string}[]}} */
let place = { room: null, rooms: [] };

/**
 * Choose where the page stands: colleagues at the same room's desk need no room.
 *
 * @param {{room: string | null, rooms: {id: string, title: string}[]}} here
 */
export function stand(here) {
  place = here;
}

/**
 * @param {string} actor such as `moderator:R0`, `control`, `system`, or a person's id
 * @returns {string}
 */
export function whoWord(actor) {
  const [role = "", room] = actor.split(":");
  const word = ROLES[role];
  if (!word) return t("attendee");
  if (!room || room === place.room) return t(word);
  return `${t(word)} ${place.rooms.find(({ id }) => id === room)?.title ?? room}`;
}
