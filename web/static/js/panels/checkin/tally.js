/**
 * What the rows of check-in amount to on a picture.
 *
 * Owns    windows, running sums and the words of a lane's state.
 * Never   touches the page or reads a clock.
 * Used by the check-in views.
 */

/** @import {Row} from "../../board.js" */

export const MINUTE = 60_000;
const BACK = 75 * MINUTE;
const LEAST = 40 * MINUTE;
const AHEAD_LEAST = 6 * MINUTE;
const AHEAD_MOST = 45 * MINUTE;
const SMOOTH = 5;
const SHARES = [50, 75, 90];

/**
 * @typedef {object} Point
 * @property {number} at start of the minute
 * @property {number} arrived in it
 * @property {number} total since the day's first
 */

/**
 * The minutes in order, with their running sum.
 *
 * @param {[string, Row][]} minutes id (start in ms) and row
 * @returns {Point[]}
 */
export function series(minutes) {
  const sorted = minutes.map(([start, row]) => ({ at: Number(start), arrived: Number(row["arrived"]) })).sort((a, b) => a.at - b.at);
  let total = 0;
  return sorted.map(({ at, arrived }) => ({ at, arrived, total: (total += arrived) }));
}

/**
 * The stretch of time to draw: the recent past, and as far ahead as the forecast reaches.
 *
 * @param {Point[]} points
 * @param {Row["eta"] | null} eta
 * @param {number} now
 * @returns {[number, number]}
 */
export function windowOf(points, eta, now) {
  const first = points[0]?.at ?? now;
  const from = Math.min(Math.max(first - 2 * MINUTE, now - BACK), now - LEAST);
  const ahead = eta && eta.at > now ? Math.min(eta.high - now + 4 * MINUTE, AHEAD_MOST) : 0;
  return [from, now + Math.max(ahead, AHEAD_LEAST)];
}

/**
 * Persons per minute, over the five minutes that end with each.
 *
 * @param {Point[]} points
 * @param {number} from
 * @param {number} now
 * @returns {{at: number, rate: number}[]}
 */
export function smoothed(points, from, now) {
  const counts = new Map(points.map(({ at, arrived }) => [at, arrived]));
  const out = [];
  const last = Math.floor(now / MINUTE) * MINUTE;
  for (let at = Math.ceil(from / MINUTE) * MINUTE; at < last; at += MINUTE) {
    let sum = 0;
    for (let back = 0; back < SMOOTH; back += 1) sum += counts.get(at - back * MINUTE) ?? 0;
    out.push({ at: at + MINUTE / 2, rate: sum / SMOOTH });
  }
  return out;
}

/**
 * The running sum as steps that end now.
 *
 * @param {Point[]} points
 * @param {number} from
 * @param {number} now
 * @returns {{at: number, total: number}[]}
 */
export function curve(points, from, now) {
  const before = points.filter(({ at }) => at + MINUTE <= from).at(-1)?.total ?? 0;
  const inside = points.filter(({ at }) => at + MINUTE > from);
  /** @type {{at: number, total: number}[]} */
  const out = [{ at: from, total: before }];
  let total = before;
  for (const point of inside) {
    // A quiet stretch is flat, not a slope between two busy minutes.
    if (point.at > /** @type {{at: number}} */ (out.at(-1)).at) out.push({ at: point.at, total });
    total = point.total;
    out.push({ at: Math.min(point.at + MINUTE, now), total });
  }
  out.push({ at: now, total });
  return out;
}

/**
 * When a half, three quarters and nine tenths of the expected were in.
 *
 * @param {[string, Row][]} minutes
 * @param {number} expected
 * @returns {{share: number, at: number}[]}
 */
export function milestones(minutes, expected) {
  if (expected <= 0) return [];
  const points = series(minutes);
  return SHARES.flatMap((share) => {
    const reached = points.find(({ total }) => total >= (share / 100) * expected - 1e-9);
    return reached ? [{ share, at: reached.at + MINUTE }] : [];
  });
}

/**
 * What to say of a lane: word and tone always together.
 *
 * @param {Row} lane
 * @returns {{word: string, tone: "ok" | "warn" | "bad" | "stale"}}
 */
export function laneState(lane) {
  if (!lane["active"]) return { word: "no scans", tone: "stale" };
  if (lane["load"] >= 1) return { word: "queue grows", tone: "bad" };
  if (lane["load"] >= 0.85) return { word: "busy", tone: "warn" };
  return { word: "open", tone: "ok" };
}

/**
 * Whole, round instants to mark on the axis.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} most
 * @returns {number[]}
 */
export function marks(from, to, most) {
  const steps = [5, 10, 15, 30, 60, 120, 240].map((minutes) => minutes * MINUTE);
  const step = steps.find((each) => (to - from) / each <= most) ?? 480 * MINUTE;
  const out = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) out.push(at);
  return out;
}
