import assert from "node:assert/strict";
import test from "node:test";

import { UNREACHED, isTrusted, onAir } from "../../web/static/js/panels/relay/model.js";

const HOUR = 3_600_000;
const NINE = Date.UTC(2026, 8, 5, 1);
const HANDOVER = { question: "q1", number: 12, body: "How?", name: null, origin: "remote", since: NINE, seen_by: [] };

test("a question on air is shown", () => {
  assert.equal(onAir(HANDOVER, { blank: false })?.number, 12);
});

test("the kill key empties a display that still holds the question", () => {
  assert.equal(onAir(HANDOVER, { blank: true }), null);
});

test("an empty handover shows nothing", () => {
  assert.equal(onAir({ question: null, number: null, body: null, name: null, origin: null, since: null, seen_by: [] }, undefined), null);
});

test("a public display that nobody can reach goes empty by itself", () => {
  assert.equal(isTrusted("live", NINE, NINE + HOUR), true);
  assert.equal(isTrusted("offline", NINE, NINE + UNREACHED - 1), true);
  assert.equal(isTrusted("offline", NINE, NINE + UNREACHED), false);
  assert.equal(isTrusted("offline", null, NINE), false);
});
