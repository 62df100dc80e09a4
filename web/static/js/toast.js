/**
 * Short sentences at the edge of the screen, and what refusals mean in them.
 *
 * Owns    the stack of toasts and the sentence for each error code.
 * Never   decides what went wrong.
 * Used by the panel base and page scripts.
 */

import { whoWord } from "./actor.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/** @import {CommandError} from "./command.js" */

const SHOWN = 6_000;

/** @type {Record<string, string>} */
const SENTENCES = {
  malformed: "The server could not read this. Reload the page and try again.",
  unknown_command: "The server does not know this action. Reload the page: it may be older than the server.",
  unknown_channel: "The server does not know this action. Reload the page: it may be older than the server.",
  unauthenticated: "Your access has ended. Ask the control desk for a new link.",
  forbidden: "Your access does not allow this. Ask the control desk.",
  words: "A word in it is not allowed here. Say it in another way.",
  not_found: "This is not there any more. What you see will be current in a moment.",
  conflict: "Somebody was faster. Look at the current state, then decide again.",
  illegal_transition: "That is not possible in the present state.",
  key_reuse: "This was already sent with other content. Try again.",
  closed: "This is closed at the moment.",
  too_large: "This is too long. Shorten it and try again.",
  limit_reached: "Too much at once. Wait a moment, then try again.",
  unavailable: "The server cannot store this right now. Try again in a moment.",
};

/**
 * What to do about a refusal, in the page's language.
 *
 * @param {CommandError} error
 * @returns {string}
 */
export function explain(error) {
  const by = error.detail["by"];
  if (error.code === "conflict" && typeof by === "string") return t("{who} was faster. Look at the current state, then decide again.", { who: whoWord(by) });
  const sentence = SENTENCES[error.detail["reason"] === "words" ? "words" : error.code];
  if (sentence === undefined) return error.message;
  return t(sentence);
}

/**
 * Show a sentence for six seconds, or until it is used.
 *
 * @param {string} sentence
 * @param {{tone?: "info" | "ok" | "warn" | "bad", action?: {label: string, run: () => void}, shown?: number}} [options]
 * @returns {() => void} takes it away
 */
export function toast(sentence, { tone = "info", action, shown = SHOWN } = {}) {
  const leave = () => element.remove();
  const button = action && h("button", { class: "button", data: { variant: "quiet" }, text: action.label, attributes: { type: "button" } });
  button?.addEventListener("click", () => {
    leave();
    action?.run();
  });
  const element = h("div", { class: "toast", data: { tone }, attributes: { role: tone === "bad" ? "alert" : "status" } }, icon(tone), h("p", { text: sentence }), button);
  stack().append(element);
  setTimeout(leave, shown);
  return leave;
}

function stack() {
  const found = document.querySelector(".toasts");
  if (found) return found;
  const made = h("div", { class: "toasts" });
  document.body.append(made);
  return made;
}
