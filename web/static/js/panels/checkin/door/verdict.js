/**
 * What a scan's answer means at the door: one colour, one shape, one word, and whom it is about.
 *
 * Pure: an answer in, a verdict out. The words are English keys for `t`.
 */

/**
 * @typedef {{
 *   tone: 'ok' | 'attention' | 'bad' | 'saved', shape: 'tick' | 'hand' | 'cross' | 'clock',
 *   word: string, sentence: string, name: string, seat: string, category: string, texts: string[],
 *   before?: {at: number, where: string} | null,
 * }} Verdict
 */

/** What to do next, by the reason of a refusal. */
const ADVICE = /** @type {Record<string, string>} */ ({
  invalid: "This code is not known. Search by name, or send them to the help desk.",
  unpaid: "Not paid. Send them to the help desk.",
  blocked: "This ticket is blocked. Send them to the help desk.",
  invalid_time: "This ticket is for another time. Send them to the help desk.",
  canceled: "This ticket was cancelled. Send them to the help desk.",
  already_redeemed: "Already inside. Ask for a name before you let them pass.",
  product: "This ticket is for another entrance. Show them the way.",
  rules: "The rules of this entrance do not allow it. Send them to the help desk.",
  ambiguous: "Two tickets have this code. Search by name.",
  revoked: "This ticket was replaced by a newer one. Ask for the newer one.",
  unapproved: "Not approved yet. Send them to the help desk.",
  annulled: "This scan was taken back. Scan the badge again to let them in.",
  incomplete: "Something is missing. Send them to the help desk.",
});

const WORDS = /** @type {Record<string, string>} */ ({
  invalid: "Unknown",
  unpaid: "Not paid",
  blocked: "Blocked",
  invalid_time: "Wrong time",
  canceled: "Cancelled",
  already_redeemed: "Already in",
  product: "Wrong entrance",
  revoked: "Replaced",
});

/**
 * Judge the answer to a scan.
 *
 * @param {any} answer in pretix's shape
 * @param {'entry' | 'exit'} type
 * @returns {Verdict}
 */
export function judge(answer, type) {
  const whom = person(answer?.position);
  const texts = Array.isArray(answer?.checkin_texts) ? answer.checkin_texts : [];
  if (answer?.status === "ok") return admitted(answer, type, whom, texts);
  const reason = answer?.reason ?? (answer?.status === "incomplete" ? "incomplete" : "error");
  return {
    tone: "bad",
    shape: "cross",
    word: WORDS[reason] ?? "Stop",
    sentence: ADVICE[reason] ?? (answer?.reason_explanation || "Send them to the help desk."),
    ...whom,
    texts,
    before: earlier(answer?.position),
  };
}

/**
 * @param {any} answer
 * @param {'entry' | 'exit'} type
 * @param {{name: string, seat: string, category: string}} whom
 * @param {string[]} texts
 * @returns {Verdict}
 */
function admitted(answer, type, whom, texts) {
  if (answer.require_attention) {
    return {
      tone: "attention",
      shape: "hand",
      word: "Look here",
      sentence: "This ticket wants attention. Ask before you let them pass.",
      ...whom,
      texts,
    };
  }
  return { tone: "ok", shape: "tick", word: type === "exit" ? "Goodbye" : "Welcome", sentence: "", ...whom, texts };
}

/**
 * Say that a scan is kept on this device and not judged yet.
 *
 * @param {string} secret what was scanned
 * @returns {Verdict}
 */
export function saved(secret) {
  return {
    tone: "saved",
    shape: "clock",
    word: "Saved",
    sentence: "Not checked: no connection. It will be sent by itself.",
    name: "",
    seat: "",
    category: secret.length > 12 ? `${secret.slice(0, 4)}…${secret.slice(-4)}` : secret,
    texts: [],
  };
}

/**
 * Say that the server would not take a scan at all.
 *
 * @param {string} sentence what to do
 * @returns {Verdict}
 */
export function failed(sentence) {
  return { tone: "bad", shape: "cross", word: "Stop", sentence, name: "", seat: "", category: "", texts: [] };
}

/**
 * Read when and where a ticket came in first.
 *
 * @param {any} position
 * @returns {{at: number, where: string} | null}
 */
export function earlier(position) {
  const first = position?.first_scan;
  return first ? { at: first.at, where: first.gate ?? first.lane ?? "" } : null;
}

/**
 * Read whom a position is about.
 *
 * @param {any} position
 * @returns {{name: string, seat: string, category: string}}
 */
export function person(position) {
  const seat = position?.seat;
  return {
    name: position?.attendee_name ?? position?.name ?? "",
    seat: (typeof seat === "string" ? seat : seat?.name) ?? "",
    category: position?.category ?? "",
  };
}
