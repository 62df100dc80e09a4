/**
 * This browser as a desk: an id of its own, and what colleagues call whoever sits at it.
 *
 * Owns    both, on this machine only.
 */

import { boot } from "../../desk.js";

const ID = "cuedesk-desk";
const NAME = "cuedesk-desk-name";

/** @returns {string} */
function identify() {
  const kept = localStorage.getItem(ID);
  if (kept) return kept;
  const made = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(36)).join("");
  localStorage.setItem(ID, made);
  return made;
}

/** Two browsers with one access link are two desks, and so are two roles in one browser. */
export const deskId = `${boot.role}-${identify()}`;

/** @returns {string | null} */
export const myName = () => localStorage.getItem(NAME) || null;

/** @param {string} name empty: none */
export function callMe(name) {
  if (name.trim()) localStorage.setItem(NAME, name.trim().slice(0, 40));
  else localStorage.removeItem(NAME);
}
