/**
 * The strip under the bar: what is wrong with the server, what it means, and what to do.
 *
 * Owns    the sentence for each state of the desk.
 * Never   is shown to the audience, or stands in the way of reading.
 * Used by the crew's pages.
 */

import { boot, link } from "./desk.js";
import { setAttribute, setText } from "./dom.js";
import { formatClock, t } from "./i18n.js";

/** How what was acknowledged could still be lost, and what the person who runs the server should change. @type {Record<string, string>} */
const RISKS = {
  memory: "Redis keeps nothing on disk: if it stops, everything since its last copy is lost. Set appendonly yes.",
  second: "Redis writes to disk once a second: a power cut loses the last second. Set appendfsync always.",
  unknown: "Redis does not tell how it keeps its data: ask for appendonly yes and appendfsync always.",
  failover: "If Redis fails over to a replica, what was acknowledged last may be lost. Add ?replicas=1 to --redis.",
};

const banner = /** @type {HTMLElement} */ (document.querySelector("[data-banner]"));
const isControl = boot.page === "control";
/** @type {{state: string, risk: {code: string, sentence: string} | null, message: string | null, since: number | null} | undefined} */
let journal;

/** @returns {[tone: string, sentence: string] | null} */
function news() {
  const cut = link.state === "offline" || link.state === "stale";
  if (cut && isControl) return ["stale", t("No connection to the server. What you see is the last that was confirmed; what you do waits and is sent when it is back.")];
  if (cut || !journal) return null;
  const time = formatClock(journal.since ?? 0);
  if (journal.state === "unavailable")
    return ["bad", t("Read only since {time}: the server cannot store anything. What you see was right then; what you do waits here and is sent by itself. Somebody must look at Redis or the disk.", { time })];
  if (journal.state === "replaced")
    return ["bad", t("Read only since {time}: Redis holds another or an older history than this server, so acknowledged changes are missing there. Nothing is merged. Bring the right Redis back, or restart all servers to go on without them.", { time })];
  return isControl && journal.risk ? ["warn", t(RISKS[journal.risk.code] ?? journal.risk.sentence)] : null;
}

function show() {
  const [tone, sentence] = news() ?? ["", ""];
  banner.hidden = !sentence;
  setAttribute(banner, "data-tone", tone);
  setText(banner, sentence);
}

link.subscribe("desk", (mirror) => {
  journal = /** @type {typeof journal} */ (mirror.rows.get("journal"));
  show();
});
link.addEventListener("state", show);
show();
