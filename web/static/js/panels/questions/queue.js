/**
 * What a moderator's queue is made of: lanes, their order, and the next right thing to do.
 *
 * Pure: rows and instants in, plain values out. Every view of the questions reads from here.
 */

/**
 * @typedef {{
 *   id: string, number: number, room: string, origin: string, inlet: string, name: string | null, lang: string,
 *   body: string, state: string, votes: number, order: number | null, labels: string[], assignee: string | null,
 *   merged_into: string | null, hits: unknown[], similar: string[], claimed_by: string | null,
 *   received: number, perceived: number, approved_at: number | null, on_air_at: number | null,
 *   closed_at: number | null, close_reason: string | null, rev: number,
 *   retry_at?: number | null, original?: string | null, place?: number | null, score?: number | null, seen?: number | null,
 *   reply?: string | null, photo?: string | null, receipt?: string | null, asked_at?: number | null, is_altered?: boolean,
 * }} Question
 */

/** @typedef {{asked: number, answered: number, air_time: number, median_wait: number | null, waiting: number, owed: number, within: number | null}} Side */

/**
 * @typedef {{
 *   state: string, closes_at: number | null, mode: string, blank: boolean, on_air: string | null,
 *   next: string | null, fits: number, until: number | null, pace: number, suggested: string | null, fresh: string[],
 *   refused: Record<string, number>, meter: {room: Side, remote: Side}, rev: number,
 * }} Session
 */

/** @typedef {{verb: string, question: Question, tone: 'live' | 'next' | 'plain'}} Act */

/** The lanes of the moderator's page, in the order in which a question goes through them. */
export const LANES = /** @type {const} */ (["waiting", "shortlisted", "approved", "done"]);

/** @typedef {typeof LANES[number]} Lane */

/** @type {Record<string, Lane>} */
const LANE_OF = {
  pending: "waiting",
  held: "waiting",
  shortlisted: "shortlisted",
  approved: "approved",
  answered: "done",
  deferred: "done",
  rejected: "done",
  expired: "done",
  withdrawn: "done",
  merged: "done",
};

/** @type {Record<Lane, (a: Question, b: Question) => number>} */
const ORDER = {
  waiting: (a, b) => a.perceived - b.perceived || a.number - b.number,
  shortlisted: (a, b) => (a.order ?? 0) - (b.order ?? 0) || a.number - b.number,
  approved: (a, b) => b.votes - a.votes || a.number - b.number,
  done: (a, b) => (b.closed_at ?? 0) - (a.closed_at ?? 0) || b.number - a.number,
};

/** How approved questions can be sorted. */
export const SORTS = /** @type {const} */ (["votes", "score", "age"]);

/** @typedef {typeof SORTS[number]} Sort */

/** @type {Record<Sort, (a: Question, b: Question) => number>} */
const SORTED = {
  votes: ORDER.approved,
  score: (a, b) => (b.score ?? 0) - (a.score ?? 0) || ORDER.approved(a, b),
  age: ORDER.waiting,
};

/**
 * Say in which lane a question waits; null for the one on air and the one that is next.
 *
 * @param {Question} question
 * @returns {Lane | null}
 */
export function laneOf(question) {
  return LANE_OF[question.state] ?? null;
}

/**
 * Sort all questions into their lanes.
 *
 * @param {Iterable<Question>} questions
 * @param {Sort} [sort] of the approved ones
 * @returns {Record<Lane, Question[]>}
 */
export function lanes(questions, sort = "votes") {
  /** @type {Record<Lane, Question[]>} */
  const sorted = { waiting: [], shortlisted: [], approved: [], done: [] };
  for (const question of questions) {
    const lane = laneOf(question);
    if (lane) sorted[lane].push(question);
  }
  for (const lane of LANES) sorted[lane].sort(lane === "approved" ? SORTED[sort] : ORDER[lane]);
  return sorted;
}

/**
 * Find the next right thing for the big button: air what is next, else close what is on air, else line up the suggestion.
 *
 * @param {Session | undefined} session
 * @param {Map<string, Question>} questions
 * @returns {Act | null} null: there is nothing to press for
 */
export function nextAct(session, questions) {
  const pick = (/** @type {string | null | undefined} */ id) => (id ? questions.get(id) : undefined);
  const next = pick(session?.next);
  if (next) return { verb: "air", question: next, tone: "live" };
  const onAir = pick(session?.on_air);
  if (onAir) return { verb: "answered", question: onAir, tone: "plain" };
  const suggested = pick(session?.suggested);
  if (suggested) return { verb: "next", question: suggested, tone: "next" };
  const first = lanes(questions.values()).shortlisted[0];
  return first ? { verb: "next", question: first, tone: "next" } : null;
}

/**
 * Build the arguments of an act on one question.
 *
 * @param {string} verb
 * @param {Question} question
 * @param {Session | undefined} session
 * @returns {Record<string, unknown>}
 */
export function argsOf(verb, question, session) {
  if (verb === "air") return { question: question.id, replaces: session?.on_air ?? null };
  return { question: question.id };
}

/** What the lifecycle lets a moderator do, by state; the server decides, this only draws the buttons. */
const OFFERED = /** @type {Record<string, string[]>} */ ({
  pending: ["approve", "shortlist", "reject"],
  held: ["approve", "reject"],
  approved: ["shortlist", "next", "air", "defer", "reject"],
  shortlisted: ["next", "air", "unshortlist", "defer"],
  next: ["air", "unshortlist", "defer"],
  on_air: ["answered", "skip_back"],
  answered: ["reopen", "reply"],
  rejected: ["reopen"],
  deferred: ["reply", "reopen"],
  expired: ["reopen", "reply"],
  merged: ["unmerge"],
});

/**
 * Return the verbs worth a button on a question in this state, the likeliest first.
 *
 * @param {string} state
 * @param {boolean} [isAltered] whether its text waits to be let through once more, to fly over the picture
 * @returns {string[]}
 */
export function offered(state, isAltered = false) {
  return [...(OFFERED[state] ?? []), ...(isAltered ? ["approve"] : [])];
}

/** Minutes after which a waiting question glows, and glows strongly. */
const GLOW = { some: 5, strong: 10 };

/**
 * Say how pressing a wait has become.
 *
 * @param {number} age how long it waits, ms
 * @returns {0 | 1 | 2}
 */
export function glow(age) {
  const minutes = age / 60_000;
  if (minutes >= GLOW.strong) return 2;
  return minutes >= GLOW.some ? 1 : 0;
}

/**
 * Return each side's share of a measure of the meter, 0 to 1; both 0 when there is nothing to share.
 *
 * @param {Session['meter'] | undefined} meter
 * @param {'asked' | 'answered' | 'air_time' | 'waiting'} measure
 * @returns {{room: number, remote: number}}
 */
export function shares(meter, measure) {
  const room = meter?.room[measure] ?? 0;
  const remote = meter?.remote[measure] ?? 0;
  const sum = room + remote;
  return sum > 0 ? { room: room / sum, remote: remote / sum } : { room: 0, remote: 0 };
}

/**
 * Move a selection up or down a list and stop at its ends.
 *
 * @param {string[]} keys
 * @param {string | null} selected
 * @param {1 | -1} step
 * @returns {string | null}
 */
export function neighbour(keys, selected, step) {
  const at = selected === null ? -1 : keys.indexOf(selected);
  if (at < 0) return keys.at(step > 0 ? 0 : -1) ?? null;
  return keys[Math.min(keys.length - 1, Math.max(0, at + step))] ?? null;
}
