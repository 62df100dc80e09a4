import assert from "node:assert/strict";
import test from "node:test";

import { daysOf, phaseOf, remaining, sceneOf, wholeSecond } from "../../web/static/js/panels/agenda/model.js";
import { byImpact, clashes, noticesOf, standing } from "../../web/static/js/panels/agenda/notices.js";
import { changeWord, effectWord } from "../../web/static/js/panels/agenda/words.js";
import { linesOf } from "../../web/static/js/panels/agenda/outcome.js";
import { neighbourOf } from "../../web/static/js/panels/agenda/plans.js";
import { figureOf } from "../../web/static/js/panels/agenda/timeline.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NINE = Date.UTC(2026, 8, 5, 1);

/** @param {string} id @param {number} start @param {number} length @param {object} [more] */
const item = (id, start, length, more = {}) => ({
  id, room: "R0", title: id, kind: "talk", speakers: [], order: start,
  planned: { start, end: start + length }, expected: { start, end: start + length }, actual: null,
  duration: length, min_duration: length, start_kind: "soft", end_kind: "duration", gap_kind: "buffer", min_gap: 0,
  optional: false, state: "pending", clock: null, rev: 1, day: 1, gap: 0, clashes: [], ...more,
});

/** @param {object} [more] */
const room = (more = {}) => ({
  id: "R0", title: "Hall", state: "idle", item: null, next: null, late: 0,
  end: { planned: null, expected: null, target: null }, message: null, rev: 1, day: 1, to_find: null, ...more,
});

/** @param {object} roomRow @param {any[]} items @param {any[]} [calls] */
const rows = (roomRow, items, calls = []) => new Map([
  ["room", roomRow],
  ...items.map((row) => [`item/${row.id}`, row]),
  ...calls.map((row) => [`call/${row.id}`, row]),
]);

/** @param {number} startedAt @param {number} length */
const running = (startedAt, length) => item("a", startedAt, length, {
  state: "running",
  clock: { started_at: startedAt, duration: length, paused_at: null, paused_total: 0 },
  actual: { start: startedAt, end: null },
});

test("the remaining time counts down to zero and on into overtime", () => {
  const clock = { started_at: NINE, duration: 30 * MINUTE, paused_at: null, paused_total: 0 };
  assert.equal(remaining(clock, NINE + 29 * MINUTE), MINUTE);
  assert.equal(remaining(clock, NINE + 33 * MINUTE), -3 * MINUTE);
});

test("a pause holds the remaining time still", () => {
  const clock = { started_at: NINE, duration: 30 * MINUTE, paused_at: NINE + 10 * MINUTE, paused_total: 0 };
  assert.equal(remaining(clock, NINE + 25 * MINUTE), 20 * MINUTE);
});

test("a pause that is over has moved the end by its length", () => {
  const clock = { started_at: NINE, duration: 30 * MINUTE, paused_at: null, paused_total: 5 * MINUTE };
  assert.equal(remaining(clock, NINE + 30 * MINUTE), 5 * MINUTE);
});

test("the remaining time is never more than the whole", () => {
  const clock = { started_at: NINE + 700, duration: 30 * MINUTE, paused_at: null, paused_total: 0 };
  assert.equal(remaining(clock, NINE), 30 * MINUTE);
});

test("a timer that fires a little early still shows the coming second", () => {
  assert.equal(wholeSecond(NINE - 12), NINE);
  assert.equal(wholeSecond(NINE + 950), NINE);
});

test("a talk turns amber at five minutes, red at one, and is over after zero", () => {
  const phases = [6 * MINUTE, 5 * MINUTE, MINUTE + 1, MINUTE, 0, -1].map((left) => phaseOf(left, 40 * MINUTE));
  assert.deepEqual(phases, ["calm", "soon", "soon", "last", "last", "over"]);
});

test("a lightning talk does not begin amber", () => {
  assert.equal(phaseOf(4 * MINUTE, 5 * MINUTE), "calm");
  assert.equal(phaseOf(2 * MINUTE, 5 * MINUTE), "soon");
});

test("a scene knows what is on, what is next and how much is left", () => {
  const next = item("b", NINE + 40 * MINUTE, 20 * MINUTE);
  const scene = sceneOf(rows(room({ state: "running", item: "a", next: "b" }), [next, running(NINE, 30 * MINUTE)]), NINE + 10 * MINUTE);
  assert.equal(scene?.current?.id, "a");
  assert.equal(scene?.next?.id, "b");
  assert.equal(scene?.left, 20 * MINUTE);
  assert.deepEqual(scene?.items.map(({ id }) => id), ["a", "b"]);
});

test("there is no scene before the room's row has come", () => {
  assert.equal(sceneOf(new Map(), NINE), null);
});

test("the day in hand stands first, the days that are over last", () => {
  const items = [item("a", NINE, HOUR), item("b", NINE + 24 * HOUR, HOUR, { day: 2 }), item("c", NINE + 48 * HOUR, HOUR, { day: 3 })];
  const scene = sceneOf(rows(room({ day: 2, next: "b" }), items), NINE + 23 * HOUR);
  assert.ok(scene);
  assert.deepEqual(daysOf(scene).map((day) => day.map(({ id }) => id)), [["b"], ["c"], ["a"]]);
});

test("an agenda without items has no days", () => {
  const scene = sceneOf(rows(room(), []), NINE);
  assert.ok(scene);
  assert.deepEqual(daysOf(scene), []);
});

test("a next speaker who is away is a bad notice, one not seen yet a warning", () => {
  const speakers = [{ id: "s1", name: "Wang", readiness: "away" }, { id: "s2", name: "Lin", readiness: "unknown" }, { id: "s3", name: "Ana", readiness: "ready" }];
  const scene = sceneOf(rows(room({ next: "b" }), [item("b", NINE + 12 * MINUTE, HOUR, { speakers })]), NINE);
  assert.ok(scene);
  assert.deepEqual(noticesOf(scene, NINE).map(({ tone, values }) => [tone, values["name"], values["minutes"]]), [["bad", "Wang", 12], ["warn", "Lin", 12]]);
});

test("a speaker who is on tomorrow is no notice today", () => {
  const speakers = [{ id: "s1", name: "Wang", readiness: "away" }];
  const scene = sceneOf(rows(room({ next: "b" }), [item("b", NINE + 24 * HOUR, HOUR, { speakers })]), NINE);
  assert.ok(scene);
  assert.deepEqual(noticesOf(scene, NINE), []);
});

test("a call that nobody answered weighs more than one that is due", () => {
  const call = { item: "b", role: "host", name: "", lead: 5 * MINUTE, due_at: NINE, acked_by: null };
  const scene = sceneOf(rows(room(), [item("b", NINE + HOUR, HOUR)], [{ ...call, id: "1", state: "due" }, { ...call, id: "2", state: "missed" }, { ...call, id: "3", state: "acked" }]), NINE);
  assert.ok(scene);
  assert.deepEqual(noticesOf(scene, NINE).map(({ tone }) => tone), ["bad", "warn"]);
});

test("somebody who is to be called twice is told once", () => {
  const call = { item: "b", role: "host", name: "Lin", lead: 5 * MINUTE, due_at: NINE, state: "due", acked_by: null };
  const scene = sceneOf(rows(room(), [item("b", NINE + HOUR, HOUR)], [{ ...call, id: "1" }, { ...call, id: "2" }]), NINE);
  assert.ok(scene);
  assert.equal(noticesOf(scene, NINE).length, 1);
});

test("a call for an item that has begun matters no more", () => {
  const call = { id: "1", item: "a", role: "host", name: "Lin", lead: 5 * MINUTE, due_at: NINE, state: "missed", acked_by: null };
  const scene = sceneOf(rows(room({ item: "a" }), [running(NINE, HOUR)], [call]), NINE);
  assert.ok(scene);
  assert.deepEqual(noticesOf(scene, NINE), []);
});

test("a day that ends after its target says how many minutes are to find", () => {
  const end = { planned: NINE + HOUR, expected: NINE + HOUR, target: NINE + 53 * MINUTE };
  const scene = sceneOf(rows(room({ state: "running", item: "a", end, to_find: 7 * MINUTE }), [running(NINE, HOUR)]), NINE);
  assert.ok(scene);
  assert.deepEqual(noticesOf(scene, NINE).map(({ values }) => values["minutes"]), [7]);
});

test("the room that is late stands before the rooms that are not, and equals keep their order", () => {
  const entry = (/** @type {string} */ id, /** @type {number} */ late) => {
    const scene = sceneOf(rows(room({ id, item: "a" }), [{ ...running(NINE, HOUR), room: id, planned: { start: NINE - late, end: NINE + HOUR } }]), NINE);
    assert.ok(scene);
    return { scene, notices: [] };
  };
  const sorted = byImpact([entry("R0", 0), entry("R1", 0), entry("R2", 6 * MINUTE)]);
  assert.deepEqual(sorted.map(({ scene }) => scene.room.id), ["R2", "R0", "R1"]);
});

test("a clash is told once, the earlier item first, from whichever room it is read", () => {
  const speakers = [{ id: "lin", name: "Lin", readiness: null }];
  const clash = (/** @type {string} */ other) => [{ speaker: "lin", item: other, room: "R2", by: 6 * MINUTE }];
  const here = sceneOf(rows(room(), [item("a", NINE, HOUR + 6 * MINUTE, { speakers, clashes: clash("b") })]), NINE);
  const there = sceneOf(rows(room({ id: "R2" }), [item("b", NINE + HOUR, HOUR, { room: "R2", speakers, clashes: clash("a") })]), NINE);
  assert.ok(here && there);
  assert.deepEqual(clashes([there, here]).map(({ name, from, to, by }) => [name, from.id, to.id, by]), [["Lin", "a", "b", 6 * MINUTE]]);
});

test("a clash of another day is not told before its time", () => {
  const speakers = [{ id: "lin", name: "Lin", readiness: null }];
  const items = [item("a", NINE, HOUR, { speakers, clashes: [{ speaker: "lin", item: "b", room: "R2", by: MINUTE }] }), item("b", NINE + 59 * MINUTE, HOUR)];
  const scene = sceneOf(rows(room(), items), NINE - 24 * HOUR);
  assert.ok(scene);
  assert.deepEqual(clashes([scene], NINE - 23 * HOUR), []);
});

test("the timeline draws the plan and the forecast of what is not skipped, and markup in a title stays text", () => {
  const items = [running(NINE, HOUR), item("<b>x</b>", NINE + HOUR, HOUR), item("c", NINE + 2 * HOUR, HOUR, { state: "skipped" })];
  const scene = sceneOf(rows(room({ item: "a" }), items), NINE);
  assert.ok(scene);
  const { data: [plan, real] } = figureOf([scene], NINE, (name) => name, 1000);
  assert.equal(plan?.base.length, 2);
  assert.deepEqual(real?.x, [HOUR, HOUR]);
  assert.ok(real?.hovertext.every((/** @type {string} */ text) => !/<(?!br>)/.test(text)));
});

test("rooms change places on the wall every twenty seconds at most, and at once for something grave", () => {
  const sorted = standing();
  const at = (/** @type {number} */ late, /** @type {string} */ id) => ({ scene: /** @type {any} */ ({ room: room({ id, late }), current: {} }), notices: /** @type {any[]} */ ([]) });
  const order = (/** @type {any[]} */ rooms, /** @type {number} */ now) => sorted(rooms, now).map(({ scene }) => scene.room.id).join("");
  assert.equal(order([at(0, "A"), at(4 * MINUTE, "B")], NINE), "BA");
  assert.equal(order([at(8 * MINUTE, "A"), at(4 * MINUTE, "B")], NINE + 5_000), "BA", "held");
  assert.equal(order([at(8 * MINUTE, "A"), at(4 * MINUTE, "B")], NINE + 20_000), "AB");
  const grave = { ...at(4 * MINUTE, "B"), notices: [{ tone: "bad", text: "", values: {} }, { tone: "bad", text: "", values: {} }] };
  assert.equal(order([at(8 * MINUTE, "A"), grave], NINE + 21_000), "BA", "at once");
});

test("a row that is moved by steps passes one neighbour more each time", () => {
  const shown = ["a", "b", "c", "d"].map((id, place) => /** @type {any} */ (item(id, NINE + place * HOUR, HOUR)));
  const [, b] = shown;
  assert.equal(neighbourOf(shown, b, {}, 1)?.id, "c");
  assert.equal(neighbourOf(shown, b, { item: "b", after: "c" }, 1)?.id, "d");
  assert.equal(neighbourOf(shown, b, { item: "b", after: "d" }, 1), undefined);
  assert.equal(neighbourOf(shown, b, { item: "b", after: "d" }, -1)?.id, "d");
  assert.equal(neighbourOf(shown, b, { item: "b", before: "a" }, -1), undefined);
});

test("an outcome says first what breaks, then where the day ends, then who must know", () => {
  const lines = linesOf({
    rev: 3, tell: ["Wang"],
    breaks: [{ kind: "hard_start", title: "Keynote", room: "R0", by: 10 * MINUTE }],
    ends: [{ room: "R0", title: "Hall", from: NINE, to: NINE + HOUR, target: NINE }],
    changes: [{ item: "a", title: "A", from: { start: NINE, end: NINE + HOUR }, to: { start: null, end: null }, by: 0, is_new: false }],
  });
  assert.deepEqual(lines.map(({ tone }) => tone), ["bad", "bad", "warn", "info"]);
  assert.match(lines[0]?.text ?? "", /Keynote.*10 min/);
  assert.match(lines[1]?.text ?? "", /past the target/);
});

test("a change is told with what it did to the time", () => {
  const change = { id: "1", at: NINE, by: "control", what: "ItemAdjusted", item: "a", title: "A", effect: -2 * MINUTE, detail: "" };
  assert.equal(changeWord(change), "time of “A”");
  assert.equal(effectWord(change), "−2 min");
  assert.equal(changeWord({ ...change, what: "ItemEdited", detail: "title,end" }), "“A” was changed: title, length");
  assert.equal(effectWord({ ...change, what: "ItemStarted", effect: 3 * MINUTE }), "3 min late");
});

test("the timeline shows when a day likely ends, and its whole length when asked", () => {
  const band = { p50: NINE + 3 * HOUR, p90: NINE + 4 * HOUR, rest50: 0, rest90: 0, talks: 3 };
  const scene = sceneOf(rows(room({ item: "a", band, end: { planned: NINE + HOUR, expected: NINE + HOUR, target: null } }), [running(NINE, HOUR)]), NINE);
  assert.ok(scene);
  const { layout } = figureOf([scene], NINE, (name) => name, 1000, [NINE, NINE + 5 * HOUR]);
  assert.equal(layout.shapes.length, 2);
  assert.ok(layout.annotations.some(({ text }) => text.includes("–")));
});
