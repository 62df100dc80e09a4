/**
 * What is wrong in the rooms, or will be soon: pure functions of scenes and the server's time.
 *
 * Owns    warnings, calls that press, clashes of people, and the order of rooms by impact.
 * Never   touches the DOM; never words a sentence in one language only.
 * Used by the crew's views of the agenda panel and their tests.
 */
import { MINUTE, endOf, startOf } from "./model.js";

/** @import {Clash, ItemRow, Notice, Scene} from "./model.js" */

const WATCHED_AHEAD = 20 * MINUTE;
const FRESH = 3 * MINUTE;
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

/** Whether somebody can come forward at once. @param {string|null|undefined} readiness */
export const isHere = (readiness) => PRESENT.has(readiness ?? "");

/**
 * How much a room needs the crew: whole minutes, so that rooms do not change places every second.
 *
 * @param {Scene} scene
 * @param {Notice[]} notices
 */
function impact(scene, notices) {
  const bad = notices.filter((notice) => notice.tone === "bad").length;
  const warn = notices.filter((notice) => notice.tone === "warn").length;
  const live = scene.current ? 4 : scene.room.state === "ended" ? -4 : 0;
  return Math.max(0, Math.floor(scene.room.late / (2 * MINUTE))) * 4 + bad * 20 + warn * 3 + live;
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

const HELD = 20_000;

/**
 * The order of the wall: rooms by impact, which change places at most every twenty seconds, and at once only when
 * another room has something grave.
 *
 * @returns {(rooms: Array<{scene: Scene, notices: Notice[]}>, now: number) => Array<{scene: Scene, notices: Notice[]}>}
 */
export function standing() {
  /** @type {string[]} */
  let order = [];
  let since = -Infinity;
  let grave = "";
  return (rooms, now) => {
    const fresh = byImpact(rooms);
    const worst = fresh.filter(({ notices }) => notices[0]?.tone === "bad").map(({ scene }) => scene.room.id).sort().join(" ");
    if (order.length !== fresh.length || worst !== grave || Math.abs(now - since) >= HELD) {
      [order, since, grave] = [fresh.map(({ scene }) => scene.room.id), now, worst];
    }
    return order.flatMap((id) => fresh.find(({ scene }) => scene.room.id === id) ?? []);
  };
}

/** What tells one notice from another while its figures change. @param {Notice} notice */
export const keyOf = ({ tone, text, values }) => `${tone} ${text} ${values["name"] ?? values["role"] ?? values["title"] ?? ""}`;

/**
 * What is wrong, or will be soon, in one room. Worst first.
 *
 * @param {Scene} scene
 * @param {number} now
 * @returns {Notice[]}
 */
export function noticesOf(scene, now) {
  const found = [...missingPeople(scene, now), ...openCalls(scene), ...slips(scene), ...adopted(scene, now)];
  // Somebody who is to be called twice is one thing to do.
  const notices = [...new Map(found.map((notice) => [keyOf(notice), notice])).values()];
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
    .filter(({ readiness }) => readiness && !isHere(readiness))
    .map(({ name, readiness }) => ({
      tone: readiness === "away" || minutes <= 5 ? "bad" : "warn",
      text: ABSENT[`${readiness === "away"} ${minutes > 0}`] ?? "",
      values: { name, minutes },
    }));
}

/** A plan that was taken over a moment ago: nobody should wonder why the order is another. @type {(scene: Scene, now: number) => Notice[]} */
function adopted({ changes }, now) {
  return changes.filter(({ what, at }) => what === "PlanAdopted" && now - at < FRESH)
    .map(({ title }) => ({ tone: "info", text: "a plan was adopted since “{title}” is late", values: { title: title ?? "" } }));
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
