/**
 * Which display this is: an id that a tab keeps over reloads, and that a display finds again after a power cut.
 *
 * Owns    the id, and what is remembered for this display alone.
 * Never   talks to the server.
 * Used by whatever a crew knows a single screen by.
 *
 * How it works: a tab keeps its id in its own storage. A display that was switched off comes back without that, so the
 * browser also keeps a shelf of its ids with the address that each began at and the one it showed last; a page takes
 * the id of its address, unless another tab of this browser answers that it has it. `?screen=NAME` in an address
 * settles it without a search.
 */

import { uuid } from "./command.js";

const TAB = "cuedesk-screen";
const SHELF = "cuedesk-screens";
const LONGEST = 64;
const SHELVED = 20;
/** How long other tabs have to answer, ms. */
const ANSWERED = 250;
/** How often a tab asks whether its own id is really another's. */
const TRIES = 4;

/** @typedef {{id: string, home: string, last: string}} Slot */

/**
 * The id to take: the tab's own, else that of the display that began at this address or showed it last, else a new one.
 *
 * @param {{own: string | null, shelf: Slot[], taken: Set<string>, path: string, fresh: () => string}} known
 * @returns {string}
 */
export function choose({ own, shelf, taken, path, fresh }) {
  if (own && !taken.has(own)) return own;
  const free = shelf.filter(({ id }) => !taken.has(id));
  return (free.find(({ home }) => home === path) ?? free.find(({ last }) => last === path))?.id ?? fresh();
}

/**
 * The shelf with a display's present address; the newest stands first.
 *
 * @param {Slot[]} shelf
 * @param {string} id
 * @param {string} path
 * @returns {Slot[]}
 */
export function shelve(shelf, id, path) {
  const home = shelf.find((slot) => slot.id === id)?.home ?? path;
  return [{ id, home, last: path }, ...shelf.filter((slot) => slot.id !== id)].slice(0, SHELVED);
}

/** @returns {Slot[]} */
function readShelf() {
  try {
    const kept = JSON.parse(localStorage.getItem(SHELF) ?? "[]");
    return Array.isArray(kept) ? kept.filter((slot) => typeof slot?.id === "string") : [];
  } catch {
    return [];
  }
}

/** @param {() => void} act a browser may forbid to keep anything; then the id lives as long as the page */
function keeping(act) {
  try {
    act();
  } catch {
    return;
  }
}

/** @param {string} id */
function keep(id) {
  keeping(() => {
    sessionStorage.setItem(TAB, id);
    localStorage.setItem(SHELF, JSON.stringify(shelve(readShelf(), id, location.pathname)));
  });
}

/** @returns {string | null} */
function tabOwn() {
  try {
    return sessionStorage.getItem(TAB);
  } catch {
    return null;
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, ANSWERED));

/** Ask the browser's other tabs which ids they have, and take one that is free. */
async function claim() {
  const given = new URLSearchParams(location.search).get("screen")?.trim().slice(0, LONGEST);
  if (given) return given;
  const nonce = uuid();
  const taken = new Set();
  let id = "";
  let lost = false;
  const tabs = typeof BroadcastChannel === "function" ? new BroadcastChannel(SHELF) : null;
  const tell = () => tabs?.postMessage({ id, nonce });
  const take = () => {
    // Without other tabs to ask, an id that is not the tab's own may be another's.
    id = choose({ own: tabOwn(), shelf: tabs ? readShelf() : [], taken, path: location.pathname, fresh: uuid });
    lost = false;
    keep(id);
    tell();
  };
  if (tabs) {
    tabs.onmessage = ({ data }) => {
      if (data.ask) return void (id && tell());
      taken.add(data.id);
      // Two tabs that were opened at once took the same: one of them lets go.
      if (data.id === id && data.nonce > nonce) lost = true;
      else if (data.id === id) taken.delete(id);
    };
    // Whoever is put away or reloaded lets go; its successor in the same tab may ask before that has happened.
    addEventListener("pagehide", () => tabs.close(), { once: true });
    const own = tabOwn();
    for (let tries = 0; tries === 0 || (tries < TRIES && own && taken.has(own)); tries += 1) {
      taken.clear();
      tabs.postMessage({ ask: true });
      await pause();
    }
  }
  take();
  while (tabs && (await pause(), lost)) take();
  return id;
}

/** @type {Promise<string> | null} */
let claimed = null;

/** The id of this display, once it is known that no other tab has it. @returns {Promise<string>} */
export function screenId() {
  claimed ??= claim();
  return claimed;
}

/**
 * What was remembered for this display.
 *
 * @param {string} screen @param {string} name
 * @returns {string | null}
 */
export function recall(screen, name) {
  try {
    return localStorage.getItem(`${TAB}-${name}-${screen}`);
  } catch {
    return null;
  }
}

/** @param {string} screen @param {string} name @param {string} value */
export function remember(screen, name, value) {
  keeping(() => localStorage.setItem(`${TAB}-${name}-${screen}`, value));
}
