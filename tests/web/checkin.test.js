import assert from "node:assert/strict";
import { test } from "node:test";
import { MINUTE, curve, laneState, marks, milestones, series, smoothed, windowOf } from "../../web/static/js/panels/checkin/tally.js";

const T0 = 1_700_000_040_000 - (1_700_000_040_000 % MINUTE);
const rows = (...counts) => counts.map((arrived, n) => [String(T0 + n * MINUTE), { arrived, by_lane: {} }]);

test("minutes are summed in order of time, whatever order they came in", () => {
  assert.deepEqual(series(rows(2, 3, 5).reverse()).map(({ total }) => total), [2, 5, 10]);
});

test("the curve is flat over quiet minutes and ends now", () => {
  const points = series([[String(T0), { arrived: 2 }], [String(T0 + 10 * MINUTE), { arrived: 4 }]]);
  const drawn = curve(points, T0, T0 + 12 * MINUTE);
  assert.deepEqual(drawn.filter(({ at }) => at >= T0 + MINUTE && at <= T0 + 10 * MINUTE).map(({ total }) => total), [2, 2]);
  assert.deepEqual(drawn.at(-1), { at: T0 + 12 * MINUTE, total: 6 });
});

test("the curve starts from what came before the picture", () => {
  assert.deepEqual(curve(series(rows(2, 3, 5)), T0 + 2 * MINUTE, T0 + 3 * MINUTE)[0], { at: T0 + 2 * MINUTE, total: 5 });
});

test("the picture reaches as far ahead as the forecast, within bounds", () => {
  const now = T0 + 100 * MINUTE;
  const near = windowOf(series(rows(1)), { at: now + 10 * MINUTE, high: now + 14 * MINUTE }, now);
  assert.equal(near[1], now + 18 * MINUTE);
  assert.equal(windowOf(series(rows(1)), { at: now + 10 * MINUTE, high: now + 500 * MINUTE }, now)[1], now + 45 * MINUTE);
  assert.equal(windowOf([], null, now)[1], now + 6 * MINUTE);
  assert.equal(near[0], now - 75 * MINUTE);
});

test("the rate line is the mean of five minutes and leaves out the one under way", () => {
  const line = smoothed(series(rows(5, 5, 5, 5, 5)), T0 + 4 * MINUTE, T0 + 5 * MINUTE + 1);
  assert.deepEqual(line, [{ at: T0 + 4.5 * MINUTE, rate: 5 }]);
});

test("a share is reached with the minute that reaches it, and never before", () => {
  assert.deepEqual(milestones(rows(4, 1, 4), 10), [{ share: 50, at: T0 + 2 * MINUTE }, { share: 75, at: T0 + 3 * MINUTE }, { share: 90, at: T0 + 3 * MINUTE }]);
  assert.deepEqual(milestones(rows(4), 0), []);
});

test("a lane's word and tone follow its load, and silence is never well", () => {
  const tones = [[true, 0.5], [true, 0.85], [true, 1], [false, 2]].map(([active, load]) => laneState({ active, load }).tone);
  assert.deepEqual(tones, ["ok", "warn", "bad", "stale"]);
});

test("marks are round instants inside the picture and not too many", () => {
  const found = marks(T0, T0 + 90 * MINUTE, 6);
  assert.ok(found.length <= 7);
  for (const at of found) assert.equal(at % (15 * MINUTE), 0);
});
