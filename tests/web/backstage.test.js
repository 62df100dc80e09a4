import assert from "node:assert/strict";
import { test } from "node:test";

import { isFor, isUnread, lacksReceipt, lateness, told } from "../../web/static/js/panels/backstage/model.js";

/** @param {object} [more] */
const message = (more = {}) => ({
  id: "m1", room: "R0", text: "Mic 2 to row 5", level: "info", to: [], by: "floor", desk: "phone", name: null,
  said_at: 1_000_000, at: 1_000_000, receipts: [], rev: 1, ...more,
});
const receipt = (desk, readAt = null) => ({ by: "moderator:R0", desk, name: null, delivered_at: 1_000_500, read_at: readAt });

test("a message to nobody in particular is for all of the crew, not for the stage", () => {
  assert.equal(isFor(message(), "moderator"), true);
  assert.equal(isFor(message(), "stage"), false);
  assert.equal(isFor(message({ to: ["stage"] }), "stage"), true);
  assert.equal(isFor(message({ to: ["stage"] }), "floor"), false);
});

test("an own message, and one that was read here, need no reader", () => {
  assert.equal(isUnread(message(), "phone", "floor"), false);
  assert.equal(isUnread(message(), "tablet", "moderator"), true);
  assert.equal(isUnread(message({ receipts: [receipt("tablet")] }), "tablet", "moderator"), true);
  assert.equal(isUnread(message({ receipts: [receipt("tablet", 5)] }), "tablet", "moderator"), false);
  assert.equal(isUnread(message({ to: ["floor"] }), "tablet", "moderator"), false);
});

test("a desk tells once that it has a message", () => {
  assert.equal(lacksReceipt(message(), "tablet"), true);
  assert.equal(lacksReceipt(message({ receipts: [receipt("tablet")] }), "tablet"), false);
  assert.equal(lacksReceipt(message(), "phone"), false);
});

test("readers stand in the order in which they read", () => {
  const { read, delivered } = told(message({ receipts: [receipt("a", 30), receipt("b"), receipt("c", 20)] }));
  assert.deepEqual(read.map(({ desk }) => desk), ["c", "a"]);
  assert.deepEqual(delivered.map(({ desk }) => desk), ["b"]);
});

test("what was said long before it came in says so", () => {
  assert.equal(lateness(message()), 0);
  assert.equal(lateness(message({ at: 1_600_000 })), 600_000);
});
