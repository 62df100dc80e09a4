/**
 * What this page tells of itself, and what it does when the crew tells it something.
 *
 * Owns    the reports of this display, going where it is sent, being blank, and the summary of all screens.
 * Never   leaves for a page that it cannot open.
 * Used by the screens panel on every page of the crew.
 */

import { clock } from "../../clock.js";
import { uuid } from "../../command.js";
import { boot, link } from "../../desk.js";
import { language, t } from "../../i18n.js";
import { recall, remember, screenId } from "../../identity.js";
import { news } from "../../news.js";
import { toast } from "../../toast.js";
import { drawIdentity } from "./identify.js";
import { nameOf } from "./labels.js";
import { isWorkedAt, wayTo } from "./orders.js";

/** @import {Mirror} from "../../board.js" */
/** @import {Order, ScreenRow} from "./orders.js" */

/** How often it says that it is there, ms, while nothing changes: what the server counts with. */
const REPORT_EVERY = 20_000;
/** How long it waits after a report that could not be taken, ms. */
const REFUSED_FOR = 5_000;
/** How long after its last report a screen was missed, ms, as the server counts. */
const MISSED_AFTER = 45_000;
const LONGEST_TRIP = 3_600_000;
const BLANK = "cuedesk-blank";
const SENT = "cuedesk-sent";
const FOLLOWED = "followed";

const here = { page: boot.page, room: boot.room };
let id = "";
let told = "";
let toldAt = -Infinity;
let underway = false;
let leaving = false;
/** Where it tried to go in vain; tried again on the next connection. @type {string | null} */
let closed = null;

/** Tell the server what this page is for as long as it lives, and obey. */
export function begin() {
  // A blank display must not show itself while it loads.
  document.documentElement.toggleAttribute("data-blank", sessionStorage.getItem(BLANK) === "yes");
  greet();
  void screenId().then((own) => {
    id = own;
    const topic = boot.role === "stage" ? `screens/${boot.room}` : "screens";
    const mirror = link.subscribe(topic, heed);
    link.addEventListener("hello", () => {
      toldAt = -Infinity;
      closed = null;
      heed(mirror);
    });
    clock.onTick(() => report());
    document.addEventListener("visibilitychange", () => report());
    window.addEventListener("pagehide", goodbye);
    window.addEventListener("pageshow", () => (leaving = false));
  });
}

/** Say what this page is, if that is not said yet or it is time to. */
function report() {
  // The first answered ping tells how far this machine's clock is off; there is nothing to report before.
  if (leaving || underway || link.state !== "live" || clock.trip === null) return;
  const said = JSON.stringify(facts());
  const now = clock.stamp();
  if (said === told && now - toldAt < REPORT_EVERY) return;
  told = said;
  toldAt = now;
  underway = true;
  const measured = { skew: clock.skew, trip: Math.min(LONGEST_TRIP, clock.trip) };
  // A short ref: the answer carries it back to every screen of the house, over and over.
  const sent = link.send("screens", "report", { ...facts(), ...measured }, { ref: uuid().slice(0, 8) });
  const again = () => (toldAt = now - REPORT_EVERY + REFUSED_FOR);
  sent.catch(again).finally(() => (underway = false));
}

function facts() {
  const seen = document.visibilityState === "visible";
  return { screen: id, ...here, language: language(), width: Math.round(innerWidth), height: Math.round(innerHeight), visible: seen };
}

function goodbye() {
  leaving = true;
  told = "";
  // What is sent over a link that closes in the same breath may never leave; a beacon does.
  const body = new Blob([JSON.stringify({ ...facts(), leaving: true })], { type: "application/json" });
  navigator.sendBeacon?.(`/api/v1/screens/report?as=${boot.role}`, body);
}

/** @param {Mirror} mirror */
function heed(mirror) {
  summarise(/** @type {ScreenRow[]} */ ([...mirror.rows.values()]));
  const row = /** @type {ScreenRow | undefined} */ (mirror.rows.get(`screen/${id}`));
  // Before the first report after the server's restart there is no row, and what was decided holds.
  if (!row) return;
  document.documentElement.toggleAttribute("data-blank", row.blank);
  sessionStorage.setItem(BLANK, row.blank ? "yes" : "no");
  drawIdentity(row, here);
  if (row.state === "up") void follow(row.goes);
}

/** @param {Order | null} goes */
async function follow(goes) {
  const way = wayTo(goes, here, Number(recall(id, FOLLOWED)));
  if (!goes || way === null || leaving || closed === way) return;
  // A page that this browser may not open would be the end: it has nobody to sign in, and could not be called back.
  closed = way;
  const answer = await fetch(way, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || leaving) return;
  remember(id, FOLLOWED, String(goes.at));
  sessionStorage.setItem(SENT, "yes");
  const kept = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => name === "screen" || name === "lang"));
  location.replace(kept.size > 0 ? `${way}?${kept}` : way);
}

/** People who work at a screen are told why it shows another page; displays show nothing but what they are for. */
function greet() {
  if (sessionStorage.getItem(SENT) === null) return;
  sessionStorage.removeItem(SENT);
  if (isWorkedAt(here.page)) toast(t("The control desk has sent this screen here."), { tone: "info" });
}

/** How many screens are up, for the wall's top line, the desk's rail and the ticker. @param {ScreenRow[]} screens */
function summarise(screens) {
  const lost = screens.filter(({ state }) => state === "stale");
  const up = screens.filter(({ state }) => state === "up").length;
  const count = t("{n} {n|screen|screens}", { n: up });
  const remark = lost.length > 0 ? t("{screens}, {n} lost", { screens: count, n: lost.length }) : count;
  news.attend("screens", lost.length > 0 ? "warn" : "quiet", lost.length, remark);
  for (const key of news.items.keys()) if (key.startsWith("screens/")) news.tell(key, null);
  for (const screen of lost) {
    news.tell(`screens/${screen.id}`, { at: (screen.heard_at ?? 0) + MISSED_AFTER, text: t("{screen} was lost", { screen: nameOf(screen) }), tone: "warn" });
  }
}
