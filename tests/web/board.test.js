import assert from "node:assert/strict";
import { test } from "node:test";
import { Mirror } from "../../web/static/js/board.js";
import { rows } from "./faraway.js";

const held = (mirror) => Object.fromEntries(mirror.rows);

test("a snapshot replaces everything and names what differs", () => {
  const mirror = new Mirror();
  mirror.apply(rows("a", null, 3, { x: { n: 1 }, y: { n: 2 } }));
  const changed = mirror.apply(rows("a", null, 9, { y: { n: 2 }, z: { n: 3 } }));
  assert.deepEqual(held(mirror), { y: { n: 2 }, z: { n: 3 } });
  assert.deepEqual([...changed].sort(), ["x", "z"]);
  assert.deepEqual(mirror.position, ["e1", 9]);
});

test("a delta that continues is applied and moves the position", () => {
  const mirror = new Mirror();
  mirror.apply(rows("a", null, 3, { x: { n: 1 }, y: { n: 2 } }));
  const changed = mirror.apply(rows("a", 3, 5, { x: { n: 7 } }, ["y"]));
  assert.deepEqual(held(mirror), { x: { n: 7 } });
  assert.deepEqual([...changed].sort(), ["x", "y"]);
  assert.deepEqual(mirror.position, ["e1", 5]);
});

test("a delta from another position or epoch is refused whole", () => {
  const mirror = new Mirror();
  mirror.apply(rows("a", null, 3, { x: { n: 1 } }));
  assert.equal(mirror.apply(rows("a", 4, 5, { x: { n: 7 } })), null);
  assert.equal(mirror.apply(rows("a", 3, 5, { x: { n: 7 } }, [], "e2")), null);
  assert.deepEqual(held(mirror), { x: { n: 1 } });
  assert.deepEqual(mirror.position, ["e1", 3]);
});

test("a delta before any snapshot is refused", () => {
  const mirror = new Mirror();
  assert.equal(mirror.apply(rows("a", 0, 1, { x: { n: 1 } })), null);
  assert.equal(mirror.known, false);
  assert.equal(mirror.position, null);
});

test("the removal of a row that is not held changes nothing", () => {
  const mirror = new Mirror();
  mirror.apply(rows("a", null, 0));
  assert.equal(mirror.known, true);
  assert.equal(mirror.apply(rows("a", 0, 1, {}, ["gone"])).size, 0);
});

test("replaying deltas in any cut gives what a fresh snapshot gives", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 50; round += 1) {
    const truth = new Map();
    const log = [];
    for (let offset = 0; offset < 30; offset += 1) {
      const key = `k${Math.floor(random() * 6)}`;
      if (random() < 0.3) truth.delete(key);
      else truth.set(key, { n: offset });
      log.push({ key, row: truth.get(key) ?? null, snapshot: Object.fromEntries(truth) });
    }
    const mirror = new Mirror();
    const start = Math.floor(random() * 29);
    mirror.apply(rows("a", null, start + 1, log[start].snapshot));
    for (let at = start + 1; at < 30; ) {
      const to = Math.min(30, at + 1 + Math.floor(random() * 5));
      const last = new Map(log.slice(at, to).map(({ key, row }) => [key, row]));
      const set = Object.fromEntries([...last].filter(([, row]) => row !== null));
      const del = [...last].filter(([, row]) => row === null).map(([key]) => key);
      assert.notEqual(mirror.apply(rows("a", at, to, set, del)), null);
      at = to;
    }
    assert.deepEqual(held(mirror), log[29].snapshot);
  }
});
