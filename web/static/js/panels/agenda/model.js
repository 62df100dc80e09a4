/**
 * What the agenda's rows mean to the eye: pure functions of rows and the server's time.
 *
 * Owns    phases of a countdown, a room's scene, its days, and when items begin and end.
 * Never   touches the DOM, a clock or the link; never words a sentence in one language only.
 * Used by every view of the agenda panel and their tests.
 */
import { asNow, remaining as left } from "../../forecast.js";

/**
 * @typedef {{start: number, end: number}} Span
 * @typedef {{start: number|null, end: number|null}} Forecast
 * @typedef {{start: number, end: number|null}} Facts
 * @typedef {{started_at: number, duration: number, paused_at: number|null, paused_total: number}} Anchor
 * @typedef {{id: string, name: string, readiness?: string|null, eta?: number|null}} Speaker
 * @typedef {{id: string, room: string, title: string, kind: string, speakers: Speaker[], order: number,
 *   planned: Span, expected: Forecast|null, actual: Facts|null, duration: number, min_duration: number,
 *   start_kind: string, end_kind: string, gap_kind: string, min_gap: number, optional: boolean,
 *   state: string, clock: Anchor|null, rev: number, day: number, gap: number, adjusted: number,
 *   public: Span, clashes: Array<{speaker: string, item: string, room: string, by: number}>}} ItemRow
 * @typedef {{name: string, from: ItemRow, to: ItemRow, by: number}} Clash the earlier item first; `by`: how long they overlap
 * @typedef {{id: string, text: string, level: string, seen_by: string[]}} Message
 * @typedef {{id: string, title: string, state: string, item: string|null, next: string|null, late: number,
 *   end: {planned: number|null, expected: number|null, target: number|null}, message: Message|null, rev: number, day: number|null,
 *   to_find: number|null, band?: Band|null, as_of?: number}} RoomRow
 * @typedef {{p50: number, p90: number, rest50: number, rest90: number, talks: number}} Band when the day may end
 * @typedef {{number: number, level: string, text: Record<string, string>}} Preset
 * @typedef {{id: string, at: number, by: string, what: string, item: string|null, title: string|null, effect: number, detail: string}} Change
 * @typedef {{id: string, item: string, role: string, name: string, lead: number, due_at: number,
 *   state: string, acked_by: string|null}} CallRow
 * @typedef {'calm'|'soon'|'last'|'over'|'idle'} Phase
 * @typedef {{room: RoomRow, items: ItemRow[], current: ItemRow|null, next: ItemRow|null, calls: CallRow[],
 *   left: number|null, phase: Phase, paused: boolean, presets: Preset[], changes: Change[]}} Scene
 * @typedef {{tone: 'bad'|'warn'|'info', text: string, values: Record<string, string|number>}} Notice
 */

export const MINUTE = 60_000;

/**
 * Bring an instant down to its whole second, so that every digit of every screen changes together.
 * The 40 ms forgive a timer that fires a little early.
 *
 * @param {number} now
 */
export const wholeSecond = (now) => Math.floor((now + 40) / 1000) * 1000;

/**
 * Milliseconds left on a running item's clock; negative is overtime. Never more than the whole: `now` comes in
 * whole seconds and may be a moment before the start.
 *
 * @param {Anchor} clock
 * @param {number} now
 */
export function remaining(clock, now) {
  return Math.min(left(clock, now), clock.duration);
}

/**
 * The phase of a countdown. Short items have nearer thresholds, so that a lightning talk does not begin amber.
 *
 * @param {number|null} left
 * @param {number} duration
 * @returns {Phase}
 */
export function phaseOf(left, duration) {
  if (left === null) return "idle";
  if (left < 0) return "over";
  if (left <= Math.min(MINUTE, duration / 4)) return "last";
  return left <= Math.min(5 * MINUTE, duration / 2) ? "soon" : "calm";
}

/**
 * Everything that a view draws of one room, brought to now.
 *
 * @param {Map<string, any>} rows the rows of one room's topic
 * @param {number} now
 * @returns {Scene|null} null while the room's row has not come
 */
export function sceneOf(rows, now) {
  const brought = asNow(rows, now);
  /** @type {RoomRow|undefined} */
  const room = brought.get("room");
  if (!room) return null;
  /** @type {ItemRow[]} */
  const items = [];
  /** @type {CallRow[]} */
  const calls = [];
  /** @type {Change[]} */
  const changes = [];
  for (const [key, row] of brought) {
    if (key.startsWith("item/")) items.push(row);
    else if (key.startsWith("call/")) calls.push(row);
    else if (key.startsWith("change/")) changes.push(row);
  }
  items.sort((a, b) => a.order - b.order || a.planned.start - b.planned.start);
  const find = (/** @type {string|null} */ id) => items.find((item) => item.id === id) ?? null;
  const current = find(room.item);
  const rest = current?.clock ? remaining(current.clock, now) : null;
  return {
    room, items, calls, changes, current, left: rest,
    presets: brought.get("presets")?.presets ?? [],
    next: find(room.next),
    phase: phaseOf(rest, current?.clock?.duration ?? 0),
    paused: current?.state === "paused",
  };
}

/** @param {ItemRow} item when it starts as far as anybody knows */
export const startOf = (item) => item.actual?.start ?? item.expected?.start ?? item.planned.start;

/** @param {ItemRow} item when it ends as far as anybody knows */
export const endOf = (item) => item.actual?.end ?? item.expected?.end ?? item.planned.end;

/**
 * The items of a room by day, the day in hand first, then those that follow, then those that are over.
 *
 * @param {Scene} scene
 * @returns {ItemRow[][]}
 */
export function daysOf({ items, room }) {
  /** @type {Map<number, ItemRow[]>} */
  const days = new Map();
  for (const item of items) days.set(item.day, [...(days.get(item.day) ?? []), item]);
  const sorted = [...days.keys()].sort((a, b) => a - b);
  const at = Math.max(0, sorted.indexOf(room.day ?? 0));
  return [...sorted.slice(at), ...sorted.slice(0, at)].map((day) => days.get(day) ?? []);
}
