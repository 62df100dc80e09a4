/**
 * One screen in the list: its name to write over, what it shows, how it is, and what can be told to it.
 *
 * Owns    the line, and the questions before something that cannot be taken back in front of people.
 * Never   offers what the screen's key does not open.
 * Used by the list of screens at the control desk.
 */

import { ask } from "../../ask.js";
import { boot, link } from "../../desk.js";
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { t } from "../../i18n.js";
import { icon } from "../../icons.js";
import { explain, toast } from "../../toast.js";
import { callsign, clockWord, facts, nameOf, placeWord, standing } from "./labels.js";
import { destination } from "./destination.js";
import { isWorkedAt } from "./orders.js";

/** @import {CommandError} from "../../command.js" */
/** @import {Panel} from "../../panel.js" */
/** @import {Place, ScreenRow} from "./orders.js" */

const LONGEST = 60;
const SIGNS = /** @type {Record<string, string>} */ ({ ok: "ok", info: "info", stale: "stale", away: "offline" });

/** @param {Panel} panel */
export function lines(panel) {
  /** @type {WeakMap<HTMLElement, (screen: ScreenRow) => void>} */
  const updates = new WeakMap();
  const made = {
    /** The id of the screen in front of the reader. */
    own: "",
    /** @param {ScreenRow} screen */
    make: (screen) => {
      const { element, update } = line(panel, screen.id, () => made.own);
      updates.set(element, update);
      return element;
    },
    /** @param {HTMLElement} element @param {ScreenRow} screen */
    update: (element, screen) => updates.get(element)?.(screen),
  };
  return made;
}

/**
 * @param {Panel} panel
 * @param {string} id
 * @param {() => string} own
 */
function line(panel, id, own) {
  const row = () => /** @type {ScreenRow} */ (panel.row(`screen/${id}`));
  const act = (/** @type {string} */ verb, /** @type {Record<string, any>} */ args = {}) => panel.ask("screens", verb, { screen: id, ...args });
  const name = h("input", { class: "screen-line__name", aria: { label: t("name of the screen") }, attributes: { type: "text", maxlength: LONGEST, autocomplete: "off", spellcheck: "false" } });
  const badges = h("span", { class: "screen-line__badges" });
  const shows = h("p", { class: "screen-line__shows" });
  const known = h("p", { class: "screen-line__facts" });
  const send = quiet(t("Send…"), () => way.toggle());
  const identify = quiet(t("Show who it is"), () => void identifyOne(row(), act));
  const blank = quiet("", () => void act("blank", { on: !row().blank }));
  const forget = quiet(t("Forget"), () => void act("forget"));
  const way = destination((place) => void redirect(panel, row(), own(), place).then((done) => done && way.close()), () => void act("redirect").then(() => way.close()));
  setAttribute(send, "aria-expanded", "false");
  way.onToggle = (open) => setAttribute(send, "aria-expanded", String(open));
  const element = h("li", { class: "screen-line" }, h("div", { class: "screen-line__head" }, name, badges), shows, known, h("div", { class: "screen-line__acts" }, identify, send, blank, forget), way.root);
  naming(name, panel, row);

  /** @param {ScreenRow} screen */
  const update = (screen) => {
    setAttribute(element, "data-state", screen.state);
    if (document.activeElement !== name) name.value = tame(screen.name);
    setAttribute(name, "placeholder", callsign(screen.id, screen.page ?? ""));
    keyed(badges, marks(screen, own()), ({ word, tone }) => `${tone} ${word}`, mark);
    setText(shows, shown(screen));
    shows.hidden = shows.textContent === "";
    keyed(known, facts(screen), (fact) => fact, (fact) => h("span", { text: fact }));
    const up = screen.state === "up";
    identify.hidden = send.hidden = !up;
    blank.hidden = !up || isWorkedAt(screen.page);
    forget.hidden = up;
    setText(blank, t(screen.blank ? "Show again" : "Blank"));
    way.update(screen);
  };
  return { element, update };
}

/** @param {string} text @param {() => void} click */
function quiet(text, click) {
  return h("button", { class: "button", data: { variant: "quiet" }, attributes: { type: "button" }, text, on: { click } });
}

/**
 * A name is written in its place: Enter or leaving keeps it, Escape brings the old one back.
 *
 * @param {HTMLInputElement} field
 * @param {Panel} panel
 * @param {() => ScreenRow | undefined} row
 */
function naming(field, panel, row) {
  let rev = 0;
  const keep = async () => {
    const screen = row();
    const wanted = field.value.trim();
    if (!screen || wanted === tame(screen.name)) return;
    const done = await panel.ask("screens", "rename", { screen: screen.id, name: wanted }, { rev });
    if (done === null) field.value = tame(row()?.name ?? "");
  };
  field.addEventListener("focus", () => (rev = row()?.rev ?? 0));
  field.addEventListener("change", () => void keep());
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") field.blur();
    if (event.key !== "Escape") return;
    field.value = tame(row()?.name ?? "");
    field.blur();
  });
}

/** @param {ScreenRow} screen @param {string} own */
function marks(screen, own) {
  const found = [standing(screen)];
  const clock = screen.state === "away" ? "" : clockWord(screen.skew);
  if (clock) found.push({ tone: "warn", word: clock });
  if (screen.blank) found.push({ tone: "info", word: t("blank") });
  if (screen.id === own) found.push({ tone: "own", word: t("this screen") });
  return found;
}

/** @param {{tone: string, word: string}} each */
function mark({ tone, word }) {
  const title = tone === "warn" ? t("The times it shows are right all the same; set its clock when there is time.") : null;
  return h("span", { class: "badge", data: { tone }, attributes: { title } }, tone === "own" ? null : icon(SIGNS[tone] ?? tone), word);
}

/** @param {ScreenRow} screen */
function shown({ page, room, goes, state }) {
  const here = page && state !== "away" ? placeWord({ page, room }) : "";
  if (!goes) return here;
  const there = goes.page === page && goes.room === room;
  const order = t(there || state !== "up" || isWorkedAt(page) ? "sent to {place}" : "on its way to {place}", { place: placeWord(goes) });
  return [there ? "" : here, order].filter(Boolean).join(" · ");
}

/**
 * @param {ScreenRow} screen
 * @param {(verb: string) => Promise<any>} act
 */
async function identifyOne(screen, act) {
  const title = t("Show the name of {screen}?", { screen: nameOf(screen) });
  const body = h("p", { text: t("Whoever watches the stream will read its name for some seconds.") });
  if (screen.page === "overlay" && (await ask({ title, confirm: t("Show who it is"), body })) === null) return;
  await act("identify");
}

/**
 * @param {Panel} panel
 * @param {ScreenRow} screen
 * @param {string} own
 * @param {Place} place
 * @returns {Promise<boolean>} whether it was sent
 */
async function redirect(panel, screen, own, place) {
  const caution = screen.id === own ? t("This is the screen in front of you.") : isWorkedAt(screen.page) ? t("Somebody may be working at this screen.") : "";
  const title = t("Send {screen} to {place}?", { screen: nameOf(screen), place: placeWord(place) });
  if (caution && (await ask({ title, confirm: t("Send it there"), body: h("p", { text: caution }) })) === null) return false;
  try {
    await link.send("screens", "redirect", { screen: screen.id, ...place });
    return true;
  } catch (error) {
    toast(refusal(/** @type {CommandError} */ (error)), { tone: "bad" });
    return false;
  }
}

/** Why it was not sent: what its key opens instead, in the reader's words. @param {CommandError} error */
function refusal(error) {
  const { opens, rooms } = error.detail;
  if (!Array.isArray(opens)) return explain(error);
  const where = /** @type {string[]} */ (rooms ?? boot.rooms.map(({ id }) => id));
  const places = opens.flatMap((page) => (["wall", "control", "door"].includes(page) ? [placeWord({ page, room: null })] : where.map((room) => placeWord({ page, room }))));
  return t("Its key opens only: {places}.", { places: places.join(", ") });
}
