/**
 * What the agenda's rows mean to the eye: pure functions of rows and the server's time.
 *
 * Owns    phases of a countdown, the order of rooms by impact, warnings and clashes.
 * Never   touches the DOM, a clock or the link; never words a sentence in one language only.
 * Used by every view of the agenda panel and their tests.
 */
import { asNow, remaining as left } from "../../forecast.js";

/**
 * @typedef {{start: number, end: number}} Span
 * @typedef {{start: number|null, end: number|null}} Forecast
 * @typedef {{start: number, end: number|null}} Facts
 * @typedef {{started_at: number, duration: number, paused_at: number|null, paused_total: number}} Anchor
 * @typedef {{id: string, name: string, readiness?: string|null}} Speaker
 * @typedef {{id: string, room: string, title: string, kind: string, speakers: Speaker[], order: number,
 *   planned: Span, expected: Forecast|null, actual: Facts|null, duration: number, min_duration: number,
 *   start_kind: string, end_kind: string, gap_kind: string, min_gap: number, optional: boolean,
 *   state: string, clock: Anchor|null, rev: number, day: number,
 *   clashes: Array<{speaker: string, item: string, room: string, by: number}>}} ItemRow
 * @typedef {{name: string, from: ItemRow, to: ItemRow, by: number}} Clash the earlier item first; `by`: how long they overlap
 * @typedef {{id: string, text: string, level: string, seen_by: string[]}} Message
 * @typedef {{id: string, title: string, state: string, item: string|null, next: string|null, late: number,
 *   end: {planned: number|null, expected: number|null, target: number|null}, message: Message|null, rev: number, day: number|null,
 *   to_find: number|null}} RoomRow
 * @typedef {{id: string, item: string, role: string, name: string, lead: number, due_at: number,
 *   state: string, acked_by: string|null}} CallRow
 * @typedef {'calm'|'soon'|'last'|'over'|'idle'} Phase
 * @typedef {{room: RoomRow, items: ItemRow[], current: ItemRow|null, next: ItemRow|null, calls: CallRow[],
 *   left: number|null, phase: Phase, paused: boolean}} Scene
 * @typedef {{tone: 'bad'|'warn'|'info', text: string, values: Record<string, string|number>}} Notice
 */

export const MINUTE = 60_000;
const WATCHED_AHEAD = 20 * MINUTE;
/** By the state of a call, and whether it is for somebody by name. @type {Record<string, string>} */
const CALLS = {
  "due true": "call {name} now",
  "due false": "call now: {role}",
  "missed true": "{name} was called and nobody answered",
  "missed false": "nobody answered the call: {role}",
};
/** By whether the person is known to be away, and whether there is time left. @type {Record<string, string>} */
const ABSENT = {
  "true true": "{name} is away and is on in {minutes} min",
  "true false": "{name} is away and should be on now",
  "false true": "{name} is not on site and is on in {minutes} min",
  "false false": "{name} is not on site and should be on now",
};
const PRESENT = new Set(["on_site", "miked", "in_wings", "ready", "link_tested"]);

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
  for (const [key, row] of brought) {
    if (key.startsWith("item/")) items.push(row);
    else if (key.startsWith("call/")) calls.push(row);
  }
  items.sort((a, b) => a.order - b.order || a.planned.start - b.planned.start);
  const find = (/** @type {string|null} */ id) => items.find((item) => item.id === id) ?? null;
  const current = find(room.item);
  const rest = current?.clock ? remaining(current.clock, now) : null;
  return {
    room, items, calls, current, left: rest,
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

/**
 * How much a room needs the crew: whole minutes, so that rooms do not change places every second.
 *
 * @param {Scene} scene
 * @param {Notice[]} notices
 */
export function impact(scene, notices) {
  const bad = notices.filter((notice) => notice.tone === "bad").length;
  const warn = notices.filter((notice) => notice.tone === "warn").length;
  const live = scene.current ? 4 : scene.room.state === "ended" ? -4 : 0;
  return Math.max(0, Math.floor(scene.room.late / (2 * MINUTE))) * 4 + bad * 6 + warn * 3 + live;
}

/**
 * Rooms, those that need the crew first; equals keep the event's order.
 *
 * @param {Array<{scene: Scene, notices: Notice[]}>} rooms
 */
export function byImpact(rooms) {
  return rooms
    .map((entry, index) => ({ ...entry, index, weight: impact(entry.scene, entry.notices) }))
    .sort((a, b) => b.weight - a.weight || a.index - b.index);
}

/**
 * What is wrong, or will be soon, in one room. Worst first.
 *
 * @param {Scene} scene
 * @param {number} now
 * @returns {Notice[]}
 */
export function noticesOf(scene, now) {
  const notices = [...missingPeople(scene, now), ...openCalls(scene), ...slips(scene)];
  const rank = { bad: 0, warn: 1, info: 2 };
  return notices.sort((a, b) => rank[a.tone] - rank[b.tone]);
}

/**
 * The calls that still matter: not answered, for an item that has not begun. The earliest first.
 *
 * @param {Scene} scene
 */
export function pressing({ calls, items }) {
  const coming = new Set(items.filter(({ state }) => state === "pending").map(({ id }) => id));
  return calls.filter(({ item, state }) => state !== "acked" && coming.has(item)).sort((a, b) => a.due_at - b.due_at);
}

/** @type {(scene: Scene, now: number) => Notice[]} */
function missingPeople({ next }, now) {
  if (!next) return [];
  const ahead = startOf(next) - now;
  if (ahead > WATCHED_AHEAD || ahead < -WATCHED_AHEAD) return [];
  const minutes = Math.max(0, Math.ceil(ahead / MINUTE));
  return next.speakers
    .filter(({ readiness }) => readiness && !PRESENT.has(readiness))
    .map(({ name, readiness }) => ({
      tone: readiness === "away" || minutes <= 5 ? "bad" : "warn",
      text: ABSENT[`${readiness === "away"} ${minutes > 0}`] ?? "",
      values: { name, minutes },
    }));
}

/** @type {(scene: Scene) => Notice[]} */
function openCalls(scene) {
  return pressing(scene).filter(({ state }) => state !== "waiting" && state !== "held").map(({ state, name, role }) => ({
    tone: state === "missed" ? "bad" : "warn",
    text: CALLS[`${state} ${name !== ""}`] ?? "",
    values: /** @type {Notice["values"]} */ (name === "" ? { role } : { name }),
  }));
}

/** @type {(scene: Scene) => Notice[]} */
function slips({ room, items }) {
  /** @type {Notice[]} */
  const found = [];
  const over = room.to_find ?? 0;
  if (over >= MINUTE) found.push({ tone: "bad", text: "{minutes} min to find to end on time", values: { minutes: Math.round(over / MINUTE) } });
  const hard = items.find((item) => item.state === "pending" && item.start_kind === "hard"
    && (item.expected?.start ?? 0) - item.planned.start >= MINUTE);
  if (hard) {
    const minutes = Math.round((startOf(hard) - hard.planned.start) / MINUTE);
    found.push({ tone: "warn", text: "{minutes} min late for a fixed start: “{title}”", values: { title: hard.title, minutes } });
  }
  return found;
}

/**
 * People who are due in two rooms at once, as the server found.
 *
 * @param {Scene[]} scenes
 * @param {number} [before] only those that begin by then
 * @returns {Clash[]} by the start of the later item
 */
export function clashes(scenes, before = Infinity) {
  const items = new Map(scenes.flatMap((scene) => scene.items.map((item) => [item.id, item])));
  /** @type {Map<string, Clash>} */
  const found = new Map();
  for (const item of items.values()) {
    for (const { speaker, item: other, by } of item.clashes) {
      const [from, to] = inOrder(item, items.get(other));
      const name = item.speakers.find(({ id }) => id === speaker)?.name ?? "";
      if (from && to && startOf(to) < before) found.set(`${speaker} ${from.id} ${to.id}`, { name, from, to, by: Math.max(by, endOf(from) - startOf(to)) });
    }
  }
  return [...found.values()].sort((a, b) => startOf(a.to) - startOf(b.to));
}

/** @param {ItemRow} one @param {ItemRow|undefined} other @returns {[ItemRow|undefined, ItemRow|undefined]} */
const inOrder = (one, other) => (!other || startOf(one) <= startOf(other) ? [one, other] : [other, one]);
