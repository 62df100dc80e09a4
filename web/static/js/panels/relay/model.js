/**
 * What may be shown of the question on air.
 *
 * Owns    the rule that a blanked or unreachable room shows nothing, and how long a text is to the eye.
 * Never   touches the DOM or a clock.
 * Used by every view of the relay panel and their tests.
 */

/**
 * @typedef {{question: string|null, number: number|null, body: string|null, name: string|null, origin: string|null,
 *   since: number|null, seen_by: string[]|null}} Handover
 * @typedef {{question: string, number: number, body: string, name: string|null, origin: string, since: number, seen_by: string[]}} OnAir
 */

/** How long an overlay keeps a question that nobody could take away, in milliseconds. */
export const UNREACHED = 15_000;

/**
 * The question on air, or null when there is none, or when the kill key is down: a mirror that learnt of the one
 * before the other must not show a word.
 *
 * @param {Handover|undefined} handover
 * @param {{blank?: boolean}|undefined} qa
 * @returns {OnAir|null}
 */
export function onAir(handover, qa) {
  if (!handover?.question || qa?.blank) return null;
  return {
    question: handover.question,
    number: handover.number ?? 0,
    body: handover.body ?? "",
    name: handover.name || null,
    origin: handover.origin ?? "room",
    since: handover.since ?? 0,
    seen_by: handover.seen_by ?? [],
  };
}

/**
 * Whether a public display may still show what it has: one that the crew cannot reach goes empty by itself,
 * because the kill key could not reach it either.
 *
 * @param {string} state of the link
 * @param {number|null} confirmed when the server was last heard
 * @param {number} now
 */
export const isTrusted = (state, confirmed, now) =>
  state === "live" || (confirmed !== null && now - confirmed < UNREACHED);
