import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, shelve } from "../../web/static/js/identity.js";
import { pathOf, sorted, wayTo } from "../../web/static/js/panels/screens/orders.js";

const wall = { page: "wall", room: null };
const desk = { page: "control", room: null };
const overlay = { page: "overlay", room: "R0", at: 5 };

test("only known pages have an address, and only with the room they are about", () => {
  assert.equal(pathOf(wall), "/wall");
  assert.equal(pathOf({ page: "stage", room: "Hall A/1" }), "/stage/Hall%20A%2F1");
  assert.equal(pathOf({ page: "stage", room: null }), null);
  assert.equal(pathOf({ page: "wall", room: "R0" }), null);
  for (const page of ["attendee", "//evil.example", "constructor", "__proto__", ""]) assert.equal(pathOf({ page, room: null }), null);
});

test("a display goes where it was sent, each time it opens another page", () => {
  assert.equal(wayTo(null, wall, NaN), null);
  assert.equal(wayTo(overlay, wall, NaN), "/overlay/R0");
  assert.equal(wayTo(overlay, wall, 5), "/overlay/R0");
  assert.equal(wayTo(overlay, { page: "overlay", room: "R0" }, 5), null);
});

test("where somebody works an order is followed once, and a new one again", () => {
  assert.equal(wayTo(overlay, desk, NaN), "/overlay/R0");
  assert.equal(wayTo(overlay, desk, 5), null);
  assert.equal(wayTo({ ...overlay, at: 6 }, desk, 5), "/overlay/R0");
  assert.equal(wayTo({ ...desk, at: 5 }, wall, 5), null);
});

test("lost screens stand first, then by room, page and name", () => {
  const screen = (id, state, page, room, name = "") => ({ id, state, page, room, name });
  const some = [
    screen("a", "away", null, null),
    screen("b", "up", "stage", "R1"),
    screen("c", "up", "stage", "R0", "Z"),
    screen("d", "up", "stage", "R0", "A"),
    screen("e", "stale", "wall", null),
    screen("f", "up", "wall", null),
  ];
  assert.deepEqual(sorted(some, ["R0", "R1"]).map(({ id }) => id), ["e", "f", "d", "c", "b", "a"]);
});

const known = { own: null, shelf: [], taken: new Set(), path: "/wall", fresh: () => "new" };

test("a tab keeps its id unless another tab has it", () => {
  assert.equal(choose({ ...known, own: "mine" }), "mine");
  assert.equal(choose({ ...known, own: "mine", taken: new Set(["mine"]) }), "new");
});

test("a display finds its id by the address it begins at, else by the one it showed last", () => {
  const shelf = [
    { id: "elsewhere", home: "/stage/R0", last: "/wall" },
    { id: "here", home: "/wall", last: "/overlay/R0" },
  ];
  assert.equal(choose({ ...known, shelf }), "here");
  assert.equal(choose({ ...known, shelf, taken: new Set(["here"]) }), "elsewhere");
  assert.equal(choose({ ...known, shelf, path: "/control" }), "new");
});

test("the shelf remembers where each display began and what it showed last, newest first", () => {
  const shelf = shelve(shelve(shelve([], "a", "/wall"), "b", "/door"), "a", "/overlay/R0");
  assert.deepEqual(shelf, [
    { id: "a", home: "/wall", last: "/overlay/R0" },
    { id: "b", home: "/door", last: "/door" },
  ]);
});

test("the shelf does not grow for ever", () => {
  let shelf = [];
  for (let n = 0; n < 100; n += 1) shelf = shelve(shelf, `s${n}`, "/wall");
  assert.equal(shelf.length, 20);
  assert.equal(shelf[0].id, "s99");
});
