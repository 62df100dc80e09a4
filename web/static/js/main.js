/**
 * Brings a page to life: one link, one clock, and a panel for every element that names one.
 *
 * Owns    the order of the start, and the freshness shown in the bar.
 * Never   names a channel.
 * Used by every page.
 */

import { clock } from "./clock.js";
import { link, reloadWhenLive, start } from "./desk.js";
import { setText } from "./dom.js";
import { formatClock, t } from "./i18n.js";
import { keepAwake } from "./wakelock.js";

const ENDINGS = new Map([
  [4500, "This access has ended. Ask the control desk for a new link."],
  [4501, "This access does not allow this page. Ask the control desk."],
  [4502, "This page is older than the server. Reload it."],
  [4503, "This screen was opened elsewhere. Reload to take over here."],
  [4504, "The server closed the connection because of wrong input. Reload the page."],
]);

/** How long the other panels wait for the one that leads, ms. */
const PATIENCE = 3_000;

/** Load a script for each kind of panel on the page; where one leads, the others wait until it stands. */
function loadPanels() {
  const panels = [...document.querySelectorAll("*")].filter(({ localName }) => localName.endsWith("-panel"));
  const lead = /** @type {HTMLElement | undefined} */ (panels.find((panel) => panel.hasAttribute("data-leads")));
  if (lead === undefined) return loadAll(panels);
  const others = panels.filter((panel) => panel !== lead);
  const timer = setTimeout(() => loadAll(others), PATIENCE);
  const follow = () => {
    clearTimeout(timer);
    loadAll(others);
  };
  lead.addEventListener("worn", follow, { once: true });
  loadAll([lead]);
}

/** One that fails must not take the others along. @param {Element[]} panels */
function loadAll(panels) {
  for (const panel of panels) {
    for (const href of panel.getAttribute("data-styles")?.split(" ").filter(Boolean) ?? []) addStyle(href);
    import(`./panels/${panel.localName.slice(0, -"-panel".length)}.js`).catch((error) => {
      console.error(panel.localName, error);
      reloadWhenLive();
    });
  }
}

/** @param {string} href */
function addStyle(href) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
}

/** Say how fresh the page is: in the bar's words, and as `data-link` on the root for the styles. */
function showFreshness() {
  document.documentElement.dataset["link"] = link.state;
  for (const element of document.querySelectorAll("[data-freshness]")) {
    element.setAttribute("data-tone", tone());
    setText(element, sentence());
  }
}

function tone() {
  return link.state === "live" ? "ok" : link.state === "connecting" ? "info" : "stale";
}

function sentence() {
  const time = formatClock(clock.confirmed, undefined, { seconds: true });
  if (link.state === "live") return t("confirmed {time}", { time });
  if (link.ending) return t(ENDINGS.get(link.ending.code) ?? "The server has ended this connection. Reload the page.");
  if (clock.confirmed === null) return t("connecting…");
  return link.state === "stale" ? t("stale since {time}", { time }) : t("offline since {time}", { time });
}

/** @param {number} now */
function showClock(now) {
  const time = formatClock(now, undefined, { seconds: true });
  for (const element of document.querySelectorAll("[data-clock]")) setText(element, time);
}

/** A daylight desk may choose the light theme; the choice stays on this machine. */
function followTheme() {
  const kept = localStorage.getItem("cuedesk-theme");
  if (kept) document.documentElement.dataset["theme"] = kept;
  for (const button of document.querySelectorAll("[data-toggle-theme]")) {
    button.addEventListener("click", () => {
      const theme = document.documentElement.dataset["theme"] === "light" ? "dark" : "light";
      document.documentElement.dataset["theme"] = theme;
      localStorage.setItem("cuedesk-theme", theme);
    });
  }
}

followTheme();
link.addEventListener("state", showFreshness);
clock.onTick((now) => {
  showClock(now);
  showFreshness();
});
loadPanels();
showClock(clock.now());
showFreshness();
keepAwake();
start();
