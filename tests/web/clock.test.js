import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../web/static/js/clock.js";
import { ManualTimers } from "./faraway.js";

const SERVER = 1_700_000_500_000;

/** Answer a ping that takes `out` ms to the server and `back` ms home. */
function exchange(clock, timers, truth, out, back) {
  const sent = clock.stamp();
  timers.pass(out);
  const now = truth();
  timers.pass(back);
  clock.sample(sent, now);
}

function bench() {
  const timers = new ManualTimers();
  return { timers, clock: new Clock(timers), truth: () => SERVER + timers.time };
}

test("before any answer the machine's own clock is used", () => {
  const { timers, clock } = bench();
  assert.equal(clock.now(), timers.wall());
});

test("a machine that is 90 s wrong shows the server's time after one answer", () => {
  const { timers, clock, truth } = bench();
  exchange(clock, timers, truth, 20, 20);
  assert.equal(clock.now(), truth());
  timers.pass(600_000);
  assert.equal(clock.now(), truth());
});

test("the answer with the shortest trip decides, however lopsided the others are", () => {
  const { timers, clock, truth } = bench();
  exchange(clock, timers, truth, 5, 400);
  exchange(clock, timers, truth, 6, 6);
  exchange(clock, timers, truth, 300, 5);
  assert.equal(clock.now(), truth());
});

test("only the last eight answers count", () => {
  const { timers, clock } = bench();
  let drift = 0;
  const truth = () => SERVER + timers.time + drift;
  exchange(clock, timers, truth, 1, 1);
  drift = 300;
  for (let n = 0; n < 8; n += 1) exchange(clock, timers, truth, 20, 20);
  assert.equal(clock.now(), truth());
});

test("a machine that slept keeps the right time and asks for a fresh answer", () => {
  const { timers, clock } = bench();
  let asleep = 0;
  const truth = () => SERVER + timers.time + asleep;
  exchange(clock, timers, truth, 10, 10);
  let doubts = 0;
  clock.onDoubt = () => (doubts += 1);
  asleep = 60_000;
  timers.skew += 60_000;
  assert.equal(clock.now(), truth());
  assert.equal(doubts, 1);
});

test("each sign of life is remembered in server time", () => {
  const { timers, clock, truth } = bench();
  assert.equal(clock.confirmed, null);
  exchange(clock, timers, truth, 10, 10);
  timers.pass(2_000);
  clock.prove();
  assert.equal(clock.confirmed, truth());
});

test("ticks fall on full server seconds and end with their signal", () => {
  const { timers, clock, truth } = bench();
  exchange(clock, timers, truth, 10, 10);
  const leaving = new AbortController();
  const ticks = [];
  clock.onTick((now) => ticks.push(now), leaving.signal);
  timers.pass(5_000);
  assert.equal(ticks.length, 5);
  for (const now of ticks) assert.ok(now % 1000 < 10, `${now} is not at the start of a second`);
  leaving.abort();
  timers.pass(5_000);
  assert.equal(ticks.length, 5);
});

test("a clock that nobody watches holds no timer", () => {
  const { timers, clock } = bench();
  const leaving = new AbortController();
  clock.onTick(() => {}, leaving.signal);
  leaving.abort();
  let ran = false;
  clock.onTick(() => (ran = true), leaving.signal);
  timers.pass(3_000);
  assert.equal(ran, false);
});
