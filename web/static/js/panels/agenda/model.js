/**
 * What the agenda's rows mean to the eye: pure functions of rows and the server's time.
 *
 * Owns    phases of a countdown, the order of rooms by impact, warnings and clashes.
 * Never   touches the DOM, a clock or the link; never words a sentence in one language only.
 * Used by every view of the agenda panel and their tests.
 */
import { asNow } from "../../forecast.js";

/**
 * @typedef {{start: number, end: number}} Span
 * @typedef {{start: number|null, end: number|null}} Forecast
 * @typedef {{start: number, end: number|null}} Facts
 * @typedef {{started_at: number, duration: number, paused_at: number|null, paused_total: number}} Anchor
 * @typedef {{id: string, name: string, readiness?: string|null}} Speaker
 * @typedef {{id: string, room: string, title: string, kind: string, speakers: Speaker[], order: number,
 *   planned: Span, expected: Forecast|null, actual: Facts|null, duration: number, min_duration: number,
 *   start_kind: string, end_kind: string, gap_kind: string, min_gap: number, optional: boolean,
 *   state: string, clock: Anchor|null, rev: number}} ItemRow
 * @typedef {{id: string, text: string, level: string, seen_by: string[]}} Message
 * @typedef {{id: string, title: string, state: string, item: string|null, next: string|null, late: number,
 *   end: {planned: number|null, expected: number|null, target: number|null}, message: Message|null, rev: number}} RoomRow
 * @typedef {{id: string, item: string, role: string, name: string|null, lead: number, due_at: number,
 *   state: string, acked_by: string|null}} CallRow
 * @typedef {'calm'|'soon'|'last'|'over'|'idle'} Phase
 * @typedef {{room: RoomRow, items: ItemRow[], current: ItemRow|null, next: ItemRow|null, calls: CallRow[],
 *   left: number|null, phase: Phase, paused: boolean}} Scene
 * @typedef {{tone: 'bad'|'warn'|'info', text: string, values: Record<string, string|number>}} Notice
 */

export const MINUTE = 60_000;
const DAY_GAP = 4 * 60 * MINUTE;
const WATCHED_AHEAD = 20 * MINUTE;
const PRESENT = new Set(["on_site", "miked", "in_wings", "ready", "link_tested"]);

/**
 * Bring an instant down to its whole second, so that every digit of every screen changes together.
 * The 40 ms forgive a timer that fires a little early.
 *
 * @param {number} now
 */
export const wholeSecond = (now) => Math.floor((now + 40) / 1000) * 1000;

/**
 * Milliseconds left on a running item's clock; negative is overtime.
 *
 * @param {Anchor} clock
 * @param {number} now
 */
export function remaining(clock, now) {
  const left = clock.started_at + clock.duration + clock.paused_total - (clock.paused_at ?? now);
  return Math.min(left, clock.duration);
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
  const left = current?.clock ? remaining(current.clock, now) : null;
  return {
    room, items, calls, current, left,
    next: find(room.next),
    phase: phaseOf(left, current?.clock?.duration ?? 0),
    paused: current?.state === "paused",
  };
}

/** @param {ItemRow} item when it starts as far as anybody knows */
export const startOf = (item) => item.actual?.start ?? item.expected?.start ?? item.planned.start;

/** @param {ItemRow} item when it ends as far as anybody knows */
export const endOf = (item) => item.actual?.end ?? item.expected?.end ?? item.planned.end;

/**
 * The part of the agenda that a crew works on now: items between the two long gaps around now.
 *
 * @param {ItemRow[]} items in order
 * @param {number} now
 * @param {string|null} current the id of the running item
 * @returns {ItemRow[][]} the day in hand first, then the days that follow, then those that are over
 */
export function daysOf(items, now, current) {
  /** @type {ItemRow[][]} */
  const days = [];
  for (const item of items) {
    const day = days.at(-1);
    const before = day?.at(-1);
    if (day && before && item.planned.start - before.planned.end < DAY_GAP) day.push(item);
    else days.push([item]);
  }
  const inHand = days.findIndex((day) => day.some((item) => item.id === current)
    || Math.max(...day.map(endOf)) > now - DAY_GAP / 2);
  const at = inHand < 0 ? days.length - 1 : inHand;
  return at < 0 ? [] : [...days.slice(at), ...days.slice(0, at)];
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
      text: readiness === "away" ? "{name} is away and is on in {minutes} min" : "{name} is not on site and is on in {minutes} min",
      values: { name, minutes },
    }));
}

/** @type {(scene: Scene) => Notice[]} */
function openCalls({ calls }) {
  return calls.filter(({ state }) => state === "due" || state === "missed").map((call) => ({
    tone: call.state === "missed" ? "bad" : "warn",
    text: call.state === "missed" ? "{name} was called and nobody answered" : "call {name} now",
    values: { name: call.name ?? call.role },
  }));
}

/** @type {(scene: Scene) => Notice[]} */
function slips({ room, items }) {
  /** @type {Notice[]} */
  const found = [];
  const over = room.end.target !== null && room.end.expected !== null ? room.end.expected - room.end.target : 0;
  if (over >= MINUTE) found.push({ tone: "bad", text: "{minutes} min to find to end on time", values: { minutes: Math.round(over / MINUTE) } });
  const hard = items.find((item) => item.state === "pending" && item.start_kind === "hard"
    && (item.expected?.start ?? 0) - item.planned.start >= MINUTE);
  if (hard) {
    const minutes = Math.round((startOf(hard) - hard.planned.start) / MINUTE);
    found.push({ tone: "warn", text: "“{title}” must start on time and slips {minutes} min", values: { title: hard.title, minutes } });
  }
  return found;
}

/**
 * People who are due in two rooms at once as the forecast stands.
 *
 * @param {Scene[]} scenes
 * @param {number} [before] only those that begin by then
 * @returns {Array<{name: string, from: ItemRow, to: ItemRow, by: number}>} the earlier item first; `by`: how long they overlap
 */
export function clashes(scenes, before = Infinity) {
  /** @type {Map<string, {name: string, items: Map<string, ItemRow>}>} */
  const people = new Map();
  for (const { items } of scenes) {
    for (const item of items.filter(({ state, expected }) => state !== "done" && state !== "skipped" && expected?.start)) {
      for (const { id, name } of item.speakers) {
        const person = people.get(id) ?? { name, items: new Map() };
        people.set(id, person);
        person.items.set(item.id, item);
      }
    }
  }
  return [...people.values()].flatMap(({ name, items }) => {
    const booked = [...items.values()].sort((a, b) => startOf(a) - startOf(b));
    return booked.slice(1)
      .map((to, index) => ({ name, from: /** @type {ItemRow} */ (booked[index]), to, by: 0 }))
      .map((pair) => ({ ...pair, by: endOf(pair.from) - startOf(pair.to) }))
      .filter(({ from, to, by }) => by > 0 && from.room !== to.room && startOf(to) < before);
  });
}
