/** What flies over a picture, and the mark in its corner. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Lanes } from "../../web/static/js/panels/questions/lanes.js";
import { markAt } from "../../web/static/js/panels/questions/mark.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/marks.json", import.meta.url), "utf-8"));

test("the page reckons the marks as the server does", () => {
  for (const { now, mark } of vectors) assert.equal(markAt(now), mark);
});

test("the uppermost lane with room is taken", () => {
  const lanes = new Lanes(2, 1, 10);
  assert.deepEqual([lanes.take(100, 0), lanes.take(100, 0), lanes.take(100, 0)], [0, 1, null]);
});

test("a lane has room once the one before is wholly in, with a gap behind it", () => {
  const lanes = new Lanes(1, 0.5, 10);
  lanes.take(100, 0);
  assert.equal(lanes.take(50, 219), null);
  assert.equal(lanes.take(50, 220), 0);
});

test("no two of a lane ever touch, whatever their widths", () => {
  const [speed, gap] = [0.2, 12];
  const lanes = new Lanes(3, speed, gap);
  const flown = [];
  for (let now = 0; now < 60_000; now += 137) {
    const width = 40 + ((now * 7919) % 900);
    const lane = lanes.take(width, now);
    if (lane !== null) flown.push({ lane, width, start: now });
  }
  assert.ok(flown.length > 20);
  for (const one of flown)
    for (const next of flown.filter(({ lane, start }) => lane === one.lane && start > one.start))
      assert.ok((next.start - one.start) * speed >= one.width + gap);
});

test("an emptied picture has room everywhere", () => {
  const lanes = new Lanes(1, 1, 0);
  lanes.take(1_000, 0);
  lanes.clear();
  assert.equal(lanes.take(1_000, 1), 0);
});
