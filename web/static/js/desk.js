/**
 * What this page was given at its start, and the one link it has.
 *
 * Owns    the boot data, the link, and their wiring to clock, catalog and outbox.
 * Never   draws anything.
 * Used by the panel base and page scripts.
 */

import { stand } from "./actor.js";
import { clock } from "./clock.js";
import { speak, translate } from "./i18n.js";
import { Link } from "./link.js";
import { outbox } from "./outbox.js";
import { openStorage } from "./storage.js";

/**
 * @typedef {object} Boot
 * @property {string} page
 * @property {string} role
 * @property {string | null} room
 * @property {{id: string, title: string}[]} rooms
 * @property {string} language
 * @property {{id: string, title: string, timezone: string, languages: string[]}} event
 * @property {string} ws
 * @property {string[]} panels
 * @property {Record<string, string>} catalog
 * @property {string} version
 */

/** @returns {Boot} */
function readBoot() {
  return JSON.parse(document.getElementById("boot")?.textContent ?? "null");
}

/** @param {string} path */
function socketAddress(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  // A screen that was given a name in its address keeps it: connecting again replaces its older self.
  const screen = new URLSearchParams(location.search).get("screen");
  if (screen) url.searchParams.set("screen", screen);
  return url.href;
}

/** How long a page that reloaded itself does not do so again, ms. */
const RELOAD_REST = 60_000;

export const boot = readBoot();
speak({ language: boot.language, timezone: boot.event.timezone });
translate(boot.language, boot.catalog);
stand(boot);

export const link = new Link(socketAddress(boot.ws), { clock });

/** Connect, and follow what happens to the page: hidden, shown, asleep, without a network. */
export function start() {
  // A new attendee whose browser keeps no cookie comes back as the same person as long as the page lives.
  link.addEventListener("hello", () => {
    if (link.hello.key) link.suffix = `&key=${encodeURIComponent(link.hello.key)}`;
  });
  window.addEventListener("pagehide", () => link.suspend());
  window.addEventListener("pageshow", () => link.connect());
  window.addEventListener("online", () => link.probe());
  window.addEventListener("offline", () => link.probe());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") link.probe();
  });
  void openStorage(`cuedesk-${boot.event.id}-${boot.role}`).then((storage) => outbox.attach(link, storage));
  link.connect();
}

/** A script that could not be fetched is missing until the page is loaded anew: do so once the server is there, but not again and again. */
export function reloadWhenLive() {
  const kept = "cuedesk-reloaded";
  const failed = clock.now();
  // A link that has just died still looks alive: only what is heard from now on says that the server is there.
  clock.onTick(() => {
    if (link.state !== "live" || (clock.confirmed ?? 0) <= failed) return;
    if (Date.now() - Number(sessionStorage.getItem(kept)) < RELOAD_REST) return;
    sessionStorage.setItem(kept, String(Date.now()));
    location.reload();
  });
  link.probe();
}

/**
 * A room's title as people know it.
 *
 * @param {string | null | undefined} id
 * @returns {string}
 */
export function roomTitle(id) {
  return boot.rooms.find((room) => room.id === id)?.title ?? id ?? "";
}
