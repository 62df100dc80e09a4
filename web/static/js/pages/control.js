/**
 * The control desk: the rail, the focus on one panel, and the commands that lead everywhere.
 *
 * Owns    which panel has the focus, kept in the address.
 * Never   names a channel.
 * Used by the control page.
 */

import { offer, togglePalette } from "../commands.js";
import { boot } from "../desk.js";
import { setAttribute, setText } from "../dom.js";
import { t } from "../i18n.js";
import { news } from "../news.js";
import { readAgain } from "./reading.js";

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const entries = [...document.querySelectorAll("[data-focus-on]")];

/** Show one panel alone, or all of them for an empty name. */
function follow() {
  const wanted = location.hash.slice(1);
  const panels = [...main.children].filter((element) => element.localName.endsWith("-panel"));
  const alone = panels.find((panel) => panel.localName === `${wanted}-panel`);
  for (const panel of panels) {
    setAttribute(panel, "hidden", alone !== undefined && panel !== alone);
    // Each scrolls by itself while all are shown: the keyboard must reach it.
    setAttribute(panel, "tabindex", alone ? null : "0");
  }
  setAttribute(main, "data-alone", alone !== undefined);
  for (const entry of entries) {
    const current = entry.getAttribute("data-focus-on") === (alone ? wanted : "");
    setAttribute(entry, "aria-current", current ? "page" : null);
    if (current) entry.scrollIntoView({ block: "nearest", inline: "center" });
  }
  main.scrollTo(0, 0);
}

function markAttention() {
  for (const entry of entries) {
    const attention = news.attention.get(entry.getAttribute("data-focus-on") ?? "");
    const calm = !attention || attention.tone === "quiet";
    setAttribute(entry, "data-attention", calm ? null : attention.tone);
    const mark = entry.querySelector(".rail__mark");
    if (mark) setText(mark, calm || attention.count === 0 ? "" : String(attention.count));
  }
}

/** @param {number} place */
function focusOn(place) {
  const entry = entries[place];
  if (entry instanceof HTMLAnchorElement) entry.click();
}

function offerCommands() {
  for (const [place, entry] of entries.entries()) {
    const title = entry.querySelector(".rail__word")?.textContent ?? "";
    offer({ id: `focus-${place}`, title: t("Show {panel}", { panel: title }), hint: String(place), run: () => focusOn(place) });
  }
  offer({ id: "import", title: t("Read the event's folder again…"), run: () => void readAgain() });
  const pages = [
    [t("Open the wall"), "/wall"],
    [t("Open the check-in station"), "/door"],
    ...boot.rooms.flatMap(({ id, title }) => [
      [t("Moderate {room}", { room: title }), `/moderate/${encodeURIComponent(id)}`],
      [t("Stage display of {room}", { room: title }), `/stage/${encodeURIComponent(id)}`],
      [t("Attendee page of {room}", { room: title }), `/r/${encodeURIComponent(id)}`],
      [t("Lower third of {room}", { room: title }), `/overlay/${encodeURIComponent(id)}`],
    ]),
  ];
  for (const [title = "", path = ""] of pages) offer({ id: `open${path}`, title, hint: path, run: () => void window.open(path, "_blank", "noopener") });
}

/** @param {KeyboardEvent} event */
function typed(event) {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.closest("input, textarea, select, dialog, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^\d$/.test(event.key)) focusOn(Number(event.key));
}

for (const button of document.querySelectorAll("[data-import]")) button.addEventListener("click", () => void readAgain());
for (const button of document.querySelectorAll("[data-palette]")) button.addEventListener("click", togglePalette);
window.addEventListener("hashchange", follow);
document.addEventListener("keydown", typed);
news.addEventListener("attention", markAttention);
follow();
offerCommands();
