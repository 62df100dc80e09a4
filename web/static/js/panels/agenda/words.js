/**
 * A re-timing in words: pure functions of its row.
 *
 * Owns    what each event is called, and what it did to the time.
 * Never   says who did it, or touches the DOM.
 * Used by the list of changes, the ticker and their tests.
 */
import { tame } from "../../dom.js";
import { formatSpan, inWords, t } from "../../i18n.js";
import { MINUTE } from "./model.js";

/** @import {Change} from "./model.js" */

const SHOWS = MINUTE / 2;

/** By the name of the event. @type {Record<string, string>} */
const WORDS = {
  ItemStarted: "“{title}” began",
  ItemFinished: "“{title}” ended",
  ItemPaused: "“{title}” was paused",
  ItemResumed: "“{title}” went on",
  ItemSkipped: "“{title}” was left out",
  ItemRestored: "“{title}” was put back",
  ItemAdjusted: "time of “{title}”",
  ItemEdited: "“{title}” was changed: {detail}",
  ItemInserted: "“{title}” was added",
  RoomArranged: "the order was changed",
  PlanAdopted: "a plan was adopted since “{title}” is late",
  ChangeUndone: "taken back: {detail}",
};

/** What an edit has changed, and what was taken back, in a word or two. @type {Record<string, string>} */
const DETAILS = {
  title: "title", start: "start", end: "length", gap: "gap before", min_duration: "shortest length", start_kind: "kind of start",
  end_kind: "kind of end", gap_kind: "kind of gap", optional: "may be dropped", speakers: "people",
  ItemStarted: "a start", ItemFinished: "an end", ItemPaused: "a pause", ItemResumed: "the end of a pause", ItemSkipped: "leaving out",
  ItemRestored: "putting back", ItemAdjusted: "a change of time", ItemEdited: "a change of the plan", ItemInserted: "a new item",
  RoomArranged: "another order", PlanAdopted: "a plan against lateness", MessageShown: "a message", MessageCleared: "clearing a message",
};

/** A change as a sentence. @param {Change} change */
export function changeWord({ what, title, detail }) {
  const named = detail.split(",").map((name) => t(DETAILS[name] ?? name)).join(", ");
  return t(WORDS[what] ?? what, { title: tame(title ?? ""), detail: named });
}

/** What a change does to the time, in words; nothing where it does nothing. @param {Change} change */
export function effectWord({ what, effect }) {
  if (Math.abs(effect) < SHOWS) return "";
  return what === "ItemStarted" ? inWords(effect) : `${effect > 0 ? "+" : "−"}${formatSpan(Math.abs(effect))}`;
}
