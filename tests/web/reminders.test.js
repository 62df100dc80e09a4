import assert from "node:assert/strict";
import { test } from "node:test";
import { crossed, isTenMinutes } from "../../web/static/js/panels/agenda/reminders.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("each reminder falls due once, when the time left reaches it", () => {
  const due = [];
  for (let left = HOUR; left >= -MINUTE; left -= 1000) {
    const reminder = crossed(left + 1000, left, HOUR);
    if (reminder !== null) due.push([left, reminder]);
  }
  assert.deepEqual(due, [10, 5, 1, 0].map((minutes) => [minutes * MINUTE, minutes * MINUTE]));
});

test("a display that slept over several is reminded of the last only", () => {
  assert.equal(crossed(20 * MINUTE, 30_000, HOUR), MINUTE);
  assert.equal(crossed(20 * MINUTE, -30_000, HOUR), 0);
});

test("an item does not begin with a reminder, nor does time that was given remind", () => {
  assert.equal(crossed(5 * MINUTE, 5 * MINUTE - 1000, 5 * MINUTE), null);
  assert.equal(crossed(MINUTE, 6 * MINUTE, HOUR), null);
  assert.equal(crossed(6 * MINUTE, 5 * MINUTE, HOUR), 5 * MINUTE);
});

test("ten minutes stand in words for a while, and only where the item is longer", () => {
  assert.equal(isTenMinutes(10 * MINUTE, HOUR), true);
  assert.equal(isTenMinutes(10 * MINUTE - 14_000, HOUR), true);
  assert.equal(isTenMinutes(10 * MINUTE - 15_000, HOUR), false);
  assert.equal(isTenMinutes(10 * MINUTE + 1000, HOUR), false);
  assert.equal(isTenMinutes(10 * MINUTE, 10 * MINUTE), false);
});
