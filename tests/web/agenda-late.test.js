import assert from "node:assert/strict";
import test from "node:test";

import { sceneOf } from "../../web/static/js/panels/agenda/model.js";
import { timesOf } from "../../web/static/js/panels/agenda/parts.js";
import { candidates, changesAnything, dueFor, expectedAfter, firstLate, instantOf, pictureOf, sentenceOf } from "../../web/static/js/panels/agenda/plans.js";

const MINUTE = 60_000;
const NINE = Date.UTC(2026, 8, 5, 1);

/** @param {string} id @param {number} order @param {number} start minutes past nine @param {number} length minutes @param {object} [more] */
const item = (id, order, start, length, more = {}) => ({
  id, room: "R0", title: `The ${id}`, kind: "talk", speakers: [], order,
  planned: { start: NINE + start * MINUTE, end: NINE + (start + length) * MINUTE }, expected: { start: NINE, end: NINE }, actual: null,
  duration: length * MINUTE, min_duration: length * MINUTE, start_kind: "soft", end_kind: "duration", gap_kind: "buffer", min_gap: 0,
  optional: false, state: "pending", clock: null, rev: 1, day: 1, gap: 0, adjusted: 0, clashes: [], ...more,
});

/** @param {string} id @param {string} readiness */
const person = (id, readiness) => ({ id, name: id, readiness, eta: null });

const DAY = [
  item("keynote", 1, 0, 40, { speakers: [person("Wang", "unknown")] }),
  item("talk", 2, 40, 20, { speakers: [person("Chen", "on_site")] }),
  item("tea", 3, 70, 20, { gap: 10 * MINUTE, kind: "break" }),
  item("closing", 4, 90, 10),
];

/** @param {any[]} items @param {number} [now] */
function sceneAt(items, now = NINE) {
  const room = {
    id: "R0", title: "Hall", state: "idle", item: null, next: items[0]?.id ?? null, late: 0,
    end: { planned: null, expected: null, target: null }, message: null, rev: 1, day: 1, to_find: null,
  };
  const scene = sceneOf(new Map([["room", room], ...items.map((row) => [`item/${row.id}`, row])]), now);
  assert.ok(scene);
  return scene;
}

/** @param {any[]} steps @param {number} start minutes past nine */
const plan = (steps, start) => ({
  id: "p", steps, start: NINE + start * MINUTE, end: NINE, target: NINE, meets_target: true, short_by: 0, tell: [],
});

/** @param {import("../../web/static/js/panels/agenda/plans.js").Bar[]} bars */
const times = (bars) => bars.map(({ id, start, end }) => `${id} ${(start - NINE) / MINUTE}–${(end - NINE) / MINUTE}`);

test("the first to ask about is the next item with somebody who is not there", () => {
  const items = [item("a", 1, 0, 10, { speakers: [person("Lin", "ready")] }), item("b", 2, 10, 10, { speakers: [person("Wang", "away")] })];
  assert.equal(firstLate(sceneAt(items))?.id, "b");
});

test("with everybody there the next item is asked about", () => {
  assert.equal(firstLate(sceneAt([item("a", 1, 0, 10), item("b", 2, 10, 10)]))?.id, "a");
});

test("nobody is late for what has begun, is run by another room or stands on another day", () => {
  const items = [
    item("a", 1, 0, 10), item("done", 2, 10, 10, { state: "done", actual: { start: NINE, end: NINE } }),
    item("abroad", 3, 20, 10, { room: "R1" }), item("tomorrow", 4, 1440, 10, { day: 2 }),
  ];
  assert.deepEqual(candidates(sceneAt(items)).map(({ id }) => id), ["a"]);
});

test("lateness counts from the expected start, or from now where that is over, in whole minutes", () => {
  const scene = sceneAt(DAY, NINE - 5 * MINUTE);
  const [keynote] = scene.items;
  assert.ok(keynote);
  assert.equal(dueFor(keynote, NINE - 5 * MINUTE), NINE);
  assert.equal(dueFor(keynote, NINE + 90_000), NINE + 2 * MINUTE);
});

/** @param {number} instant */
const shanghai = (instant) => new Date(instant + 8 * 60 * MINUTE).toISOString().slice(11, 16);

test("a time of day means the one that is near, also past midnight", () => {
  assert.equal(instantOf("09:25", NINE, shanghai), NINE + 25 * MINUTE);
  assert.equal(instantOf("0855", NINE, shanghai), NINE - 5 * MINUTE);
  const late = NINE + 14.5 * 60 * MINUTE;
  assert.equal(instantOf("0:10", late, shanghai), late + 40 * MINUTE);
});

test("what is no time of day means none", () => {
  for (const typed of ["", "soon", "25:00", "9:75", "9"]) assert.equal(instantOf(typed, NINE, shanghai), null, typed);
});

test("a time of day is met on the day the clocks change", () => {
  const berlin = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const before = Date.UTC(2026, 2, 29, 0, 30);
  assert.equal(instantOf("03:15", before, (instant) => berlin.format(instant)), Date.UTC(2026, 2, 29, 1, 15));
});

test("a filler stands where the late item stood, and the late one follows it without a gap", () => {
  const { before, after } = pictureOf(sceneAt(DAY), plan([{ do: "insert", title: "Filler", duration: 10 * MINUTE, before: "keynote" }], 10), "keynote", NINE);
  assert.deepEqual(times(before), ["keynote 0–40", "talk 40–60", "tea 70–90", "closing 90–100"].slice(0, before.length));
  assert.deepEqual(times(after).slice(0, 4), ["+ 0–10", "keynote 10–50", "talk 50–70", "tea 70–90"]);
  assert.deepEqual(after.map(({ change }) => change).slice(0, 3), ["new", "late", null]);
});

test("swapped items carry their durations and leave the gaps where they are", () => {
  const { after } = pictureOf(sceneAt(DAY), plan([{ do: "swap", a: "keynote", b: "talk" }], 20), "keynote", NINE);
  assert.deepEqual(times(after), ["talk 0–20", "keynote 20–60", "tea 70–90", "closing 90–100"]);
  assert.deepEqual(after.map(({ change }) => change), ["moved", "late", null, null]);
});

test("two moves that name each other's neighbours end in the order that both name", () => {
  const steps = [{ do: "move", item: "keynote", after: "tea" }, { do: "move", item: "tea", after: "talk" }];
  const { after } = pictureOf(sceneAt(DAY), plan(steps, 60), "keynote", NINE);
  assert.deepEqual(after.map(({ id }) => id), ["talk", "tea", "keynote", "closing"]);
});

test("an item that is moved to the front stands there", () => {
  const { after } = pictureOf(sceneAt(DAY), plan([{ do: "move", item: "closing", before: "keynote" }], 10), "keynote", NINE);
  assert.deepEqual(times(after).slice(0, 2), ["closing 0–10", "keynote 10–50"]);
});

test("what is left out is seen before and gone after; what is shortened ends sooner", () => {
  const steps = [{ do: "skip", item: "talk" }, { do: "adjust", item: "keynote", by: -10 * MINUTE }];
  const { before, after } = pictureOf(sceneAt(DAY), plan(steps, 15), "keynote", NINE);
  assert.equal(before.find(({ id }) => id === "talk")?.change, "gone");
  assert.equal(after.some(({ id }) => id === "talk"), false);
  assert.deepEqual(times(after).slice(0, 1), ["keynote 15–45"]);
});

test("a long day is cut down to the stretch that the plan touches", () => {
  const long = Array.from({ length: 30 }, (_, place) => item(`i${place}`, place, place * 20, 20));
  const { before, after, from, to } = pictureOf(sceneAt(long), plan([{ do: "swap", a: "i10", b: "i11" }], 220), "i10", NINE);
  assert.ok(after.length <= 7 && after.some(({ id }) => id === "i10") && after.some(({ id }) => id === "i11"));
  assert.equal(after[0]?.id, "i9");
  for (const { start, end } of [...before, ...after]) assert.ok(start >= from && end <= to);
});

test("no step of the server is without its sentence", () => {
  const steps = [
    { do: "insert", title: "Filler", duration: MINUTE, before: "a", before_title: "A" }, { do: "swap", a: "a", a_title: "A", b: "b", b_title: "B" },
    { do: "move", item: "a", title: "A", after: "b", after_title: "B" }, { do: "move", item: "a", title: "A", before: "b", before_title: "B" },
    { do: "skip", item: "a", title: "A" }, { do: "adjust", item: "a", title: "A", by: -MINUTE }, { do: "buffer", by: MINUTE },
  ];
  for (const step of steps) {
    const { text, values, spans } = sentenceOf(step);
    const places = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    assert.deepEqual(places, [...Object.keys(values), ...Object.keys(spans)].sort(), text);
    assert.ok([...Object.values(values), ...Object.values(spans)].every(Boolean), text);
  }
});

test("a plan that only lets the gaps give way changes nothing when it is adopted", () => {
  assert.equal(changesAnything(plan([{ do: "buffer", by: MINUTE }], 5)), false);
  assert.equal(changesAnything(plan([{ do: "swap", a: "a", b: "b" }], 5)), true);
});

test("while a row is carried, every item's time is the one that dropping it would bring", () => {
  const would = expectedAfter(sceneAt(DAY), { do: "move", item: "keynote", after: "talk" }, NINE);
  assert.deepEqual([...would].map(([id, span]) => [id, ((span?.start ?? 0) - NINE) / MINUTE]), [["talk", 0], ["keynote", 20], ["tea", 70], ["closing", 90]]);
});

test("a time is struck out only where another one stands beside it", () => {
  const [keynote] = sceneAt(DAY).items;
  assert.ok(keynote);
  const begins = (/** @type {number} */ start) => timesOf({ ...keynote, expected: { start, end: start } }).expected;
  assert.equal(begins(NINE + 40_000), null);
  assert.notEqual(begins(NINE + 70_000), null);
});
