import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { asNow, remaining, roomAsNow } from "../../web/static/js/forecast.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/forecast.json", import.meta.url), "utf8"));
const MINUTE = 60_000;

for (const { name, now, rows, expected, room, band } of vectors) {
  test(`rows are brought to now: ${name}`, () => {
    const given = new Map(Object.entries(rows));
    const before = structuredClone(rows);
    const read = asNow(given, now);
    for (const [key, span] of Object.entries(expected)) assert.deepEqual(read.get(key).expected, span, key);
    const row = read.get("room");
    assert.deepEqual([row.late, row.end.expected, row.to_find], room);
    assert.deepEqual(row.band, band);
    assert.deepEqual(rows, before, "the given rows are left alone");
  });

  test(`a room alone is as late as with its items: ${name}`, () => {
    const row = rows.room;
    if (row.state === "paused" || row.item === null && row.next === null) return;
    if (rows[`item/${row.item}`]?.end_kind === "fixed") return;
    assert.equal(roomAsNow(row, now).late, room[0]);
  });
}

test("what is left counts pauses and goes negative", () => {
  const clock = { started_at: 0, duration: 30 * MINUTE, paused_at: null, paused_total: 5 * MINUTE };
  assert.equal(remaining(clock, 40 * MINUTE), -5 * MINUTE);
  assert.equal(remaining({ ...clock, paused_at: 10 * MINUTE }, 40 * MINUTE), 25 * MINUTE);
});

test("rows without a room's row are left as they are", () => {
  const rows = new Map([["R0", { late: 5 }]]);
  assert.deepEqual(asNow(rows, 1), rows);
});
