/**
 * What a plan for a late guest comes to: pure functions of a scene, a plan and the server's time.
 *
 * Owns    whom to ask about first, a plan's running order before and after it, and its steps as sentences.
 * Never   asks the server, and never decides which plan is better: the server ranks them.
 * Used by the late guest's dialog, the rundown while a row is carried, and their tests.
 */
import { asNow } from "../../forecast.js";
import { MINUTE, startOf } from "./model.js";
import { isHere } from "./notices.js";

/** @import {ItemRow, Scene} from "./model.js" */

/**
 * @typedef {{do: string, item?: string, title?: string, a?: string, a_title?: string, b?: string, b_title?: string,
 *   before?: string, before_title?: string, after?: string, after_title?: string, duration?: number, by?: number}} Step
 * @typedef {{id: string, steps: Step[], start: number, end: number, target: number, meets_target: boolean,
 *   short_by: number, tell: string[]}} Plan as the server offers it
 * @typedef {'late'|'moved'|'new'|'cut'|'gone'|null} Change
 * @typedef {{id: string, title: string, start: number, end: number, shift: number, change: Change}} Bar
 * @typedef {{before: Bar[], after: Bar[], from: number, to: number}} Picture
 * @typedef {{text: string, values: Record<string, string>, spans: Record<string, number>}} Sentence `spans`: lengths of time
 */

const FEWEST = 4;
const MOST = 7;
const DAY = 24 * 60 * MINUTE;
const EARLIER = 2 * 60 * MINUTE;
const FILLER = "+";

/** The items that somebody may be late for: this room's own, still to begin, of the day of the next one. @param {Scene} scene */
export function candidates({ items, room, next }) {
  const coming = items.filter((item) => item.state === "pending" && item.room === room.id);
  const day = next?.day ?? coming[0]?.day;
  return coming.filter((item) => item.day === day);
}

/** Whom to ask about first: the next item with somebody who is not there, else the next one. @param {Scene} scene */
export function firstLate(scene) {
  const coming = candidates(scene);
  return coming.find(({ speakers }) => speakers.some(({ readiness }) => !isHere(readiness))) ?? coming[0] ?? null;
}

/** From when an item should have its people, on a whole minute. @param {ItemRow} item @param {number} now */
export const dueFor = (item, now) => Math.ceil(Math.max(startOf(item), now) / MINUTE) * MINUTE;

/**
 * The instant that a wall clock means, near another one: at most two hours before it, and up to 22 hours after.
 *
 * @param {string} typed `9:41`, `09:41` or `0941`
 * @param {number} near
 * @param {(instant: number) => string} clockOf how an instant reads on the event's clock, `HH:MM`
 * @returns {number|null} null for what is no time of day
 */
export function instantOf(typed, near, clockOf) {
  const wanted = minutesOf(typed);
  if (wanted === null) return null;
  const from = Math.floor(near / MINUTE) * MINUTE - EARLIER;
  const ahead = (wanted - (minutesOf(clockOf(from)) ?? 0)) * MINUTE;
  const instant = from + (((ahead % DAY) + DAY) % DAY);
  // Where the clocks change in between, one correction brings it onto the hour that was meant.
  const seen = minutesOf(clockOf(instant)) ?? wanted;
  const off = ((((wanted - seen) * MINUTE) % DAY) + DAY) % DAY;
  return instant + (off > DAY / 2 ? off - DAY : off);
}

/** @param {string} clock @returns {number|null} minutes since midnight */
function minutesOf(clock) {
  const [, hours, minutes] = /^(\d{1,2})[:：.]?(\d{2})$/.exec(clock.trim()) ?? [];
  const [hour, minute] = [Number(hours), Number(minutes)];
  return hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

/** Whether adopting a plan would change anything: time in the gaps gives way by itself. @param {Plan} plan */
export const changesAnything = ({ steps }) => steps.some((step) => step.do !== "buffer");

/** Whether a plan ends on time, as people count: in minutes. @param {Plan} plan */
export const meets = ({ short_by: short }) => short < MINUTE / 2;

/** A step as a sentence to be translated. @param {Step} step @returns {Sentence} */
export function sentenceOf(step) {
  const { title = "", before_title: before = "", after_title: after = "", a_title: a = "", b_title: b = "", by = 0, duration = 0 } = step;
  const says = /** @type {Record<string, Sentence>} */ ({
    insert: { text: "insert a filler of {span} before “{title}”", values: { title: before }, spans: { span: duration } },
    swap: { text: "swap “{a}” with “{b}”", values: { a, b }, spans: {} },
    move: after ? { text: "move “{title}” after “{other}”", values: { title, other: after }, spans: {} }
      : { text: "move “{title}” before “{other}”", values: { title, other: before }, spans: {} },
    skip: { text: "leave out “{title}”", values: { title }, spans: {} },
    adjust: { text: "shorten “{title}” by {span}", values: { title }, spans: { span: -by } },
    buffer: { text: "take {span} from the gaps", values: {}, spans: { span: by } },
  });
  return says[step.do] ?? { text: step.do, values: {}, spans: {} };
}

/**
 * The coming items as they are expected, and as they would be once a plan is adopted; only the stretch that it touches.
 *
 * @param {Scene} scene
 * @param {Plan} plan
 * @param {string} late the late item's id
 * @param {number} now
 * @returns {Picture}
 */
export function pictureOf(scene, plan, late, now) {
  const day = scene.items.find(({ id }) => id === late)?.day;
  const isComing = (/** @type {ItemRow} */ item) => item.state === "pending" && item.day === day;
  const was = scene.items.filter(isComing);
  const starts = new Map(was.map((item) => [item.id, startOf(item)]));
  const changes = changesOf(plan, late);
  const bar = (/** @type {ItemRow} */ item) => ({
    id: item.id, title: item.title, start: item.expected?.start ?? item.planned.start, end: item.expected?.end ?? item.planned.end,
    shift: startOf(item) - (starts.get(item.id) ?? startOf(item)), change: changes.get(item.id) ?? null,
  });
  const before = was.map(bar);
  const after = expectedWith(scene, plan, late, now).filter(isComing).map(bar);
  return framed(before, after);
}

/**
 * When each item of a room would be, once one of them is moved.
 *
 * @param {Scene} scene @param {Step} move @param {number} now @returns {Map<string, ItemRow["expected"]>}
 */
export const expectedAfter = (scene, move, now) =>
  new Map(expectedWith(scene, { steps: [move], start: 0 }, "", now).map(({ id, expected }) => [id, expected]));

/** @param {Bar[]} before @param {Bar[]} after @returns {Picture} */
function framed(before, after) {
  const touched = after.flatMap(({ id, change }, place) => (change || before[place]?.id !== id ? [place] : []));
  const first = Math.max(0, Math.min(...touched, after.length) - 1);
  const last = Math.min(Math.max(...touched, 0) + 2, first + MOST);
  const shown = after.slice(first, Math.max(last, first + FEWEST));
  const ids = new Set(shown.map(({ id }) => id));
  const [head, tail] = [shown[0]?.start ?? 0, shown.at(-1)?.end ?? 0];
  const seen = before.filter(({ id, change, start }) => ids.has(id) || (change === "gone" && start >= head && start < tail));
  const all = [...shown, ...seen];
  return { before: seen, after: shown, from: Math.min(...all.map(({ start }) => start)), to: Math.max(...all.map(({ end }) => end)) };
}

/** @param {Plan} plan @param {string} late @returns {Map<string, Change>} */
function changesOf({ steps }, late) {
  /** @type {Map<string, Change>} */
  const found = new Map([[FILLER, "new"]]);
  for (const step of steps) {
    if (step.do === "adjust") found.set(step.item ?? "", "cut");
    if (step.do === "skip") found.set(step.item ?? "", "gone");
    for (const id of named(step)) found.set(id, "moved");
  }
  return found.set(late, "late");
}

/** The items that a step gives another place. @param {Step} step */
const named = (step) => (step.do === "swap" ? [step.a ?? "", step.b ?? ""] : step.do === "move" ? [step.item ?? ""] : []);

/**
 * A room's items as they would be expected, in their new order; the late one begins when the plan says.
 *
 * @param {Scene} scene @param {Pick<Plan, "steps"|"start">} plan @param {string} late @param {number} now @returns {ItemRow[]}
 */
function expectedWith({ items, room }, { steps, start }, late, now) {
  const rows = new Map(items.map((item) => [item.id, item]));
  rearrange(rows, room.id, steps);
  for (const step of steps) alter(rows, step);
  const guest = rows.get(late);
  if (guest) rows.set(late, { ...guest, start_kind: "hard", planned: { start, end: start + guest.planned.end - guest.planned.start } });
  const brought = asNow(new Map(/** @type {[string, any][]} */ ([["room", room], ...[...rows].map(([id, row]) => [`item/${id}`, row])])), now);
  brought.delete("room");
  return [...brought.values()].sort((a, b) => a.order - b.order);
}

/** @param {Map<string, ItemRow>} rows @param {Step} step */
function alter(rows, step) {
  const item = rows.get(step.item ?? step.before ?? "");
  if (!item) return;
  const { by = 0, duration = 0 } = step;
  if (step.do === "skip") rows.set(item.id, { ...item, state: "skipped" });
  if (step.do === "adjust") rows.set(item.id, { ...item, duration: item.duration + by, adjusted: item.adjusted + by });
  if (step.do !== "insert") return;
  const { start } = item.planned;
  rows.set(FILLER, {
    ...item, id: FILLER, title: step.title ?? "", kind: "filler", speakers: [], order: item.order - 0.5, duration, min_duration: 0,
    end_kind: "duration", planned: { start, end: start + duration }, adjusted: 0, clashes: [],
  });
  rows.set(item.id, { ...item, gap: 0, min_gap: 0 });
}

/**
 * Give items their new places as the server lays a room out: durations travel with the items, gaps stay where they are.
 *
 * @param {Map<string, ItemRow>} rows @param {string} room @param {Step[]} steps
 */
function rearrange(rows, room, steps) {
  const old = [...rows.values()].filter((item) => item.room === room).sort((a, b) => a.order - b.order);
  const order = ordered(old.map(({ id }) => id), steps);
  const [low, high] = [order.findIndex((id, place) => id !== old[place]?.id), order.findLastIndex((id, place) => id !== old[place]?.id)];
  const meant = new Set(steps.flatMap(named));
  const stays = (/** @type {ItemRow} */ { id, start_kind: kind }) => kind === "hard" && !meant.has(id);
  const slots = low < 0 ? [] : old.slice(low, high + 1);
  const gaps = slots.filter((item) => !stays(item)).map(({ gap }) => gap);
  let cursor = slots[0] ? slots[0].planned.start - slots[0].gap : 0;
  for (const [place, slot] of slots.entries()) {
    const item = rows.get(order[low + place] ?? "");
    if (!item) continue;
    const gap = stays(item) ? item.gap : gaps.shift() ?? 0;
    const start = stays(item) ? item.planned.start : cursor + gap;
    const end = start + item.planned.end - item.planned.start;
    cursor = Math.max(cursor, end);
    rows.set(item.id, { ...item, gap, order: slot.order, planned: { start, end } });
  }
}

/** @param {string[]} ids @param {Step[]} steps @returns {string[]} */
function ordered(ids, steps) {
  let order = ids;
  // Each move names its neighbour in the end, which may itself move later: the second pass finds it there.
  for (const step of [...steps, ...steps.filter((one) => one.do === "move")]) {
    const { a = "", b = "", item = "", after, before = "" } = step;
    if (step.do === "swap" && order === ids) order = ids.map((id) => (id === a ? b : id === b ? a : id));
    if (step.do !== "move") continue;
    const others = order.filter((id) => id !== item);
    others.splice(after ? others.indexOf(after) + 1 : others.indexOf(before), 0, item);
    order = others;
  }
  return order;
}

/**
 * The item that a row would pass next: counted from where it stands, or from where it is proposed to stand.
 *
 * @param {ItemRow[]} shown @param {ItemRow} item @param {Record<string, string>} proposed the arguments of a move @param {-1|1} step
 */
export function neighbourOf(shown, item, proposed, step) {
  const others = shown.filter(({ id }) => id !== item.id);
  const anchor = proposed["item"] === item.id ? others.findIndex(({ id }) => id === (proposed["before"] ?? proposed["after"])) : -1;
  const place = anchor < 0 ? shown.findIndex(({ id }) => id === item.id) : anchor + (proposed["after"] ? 1 : 0);
  return others[step < 0 ? place - 1 : place];
}
