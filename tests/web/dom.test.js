import assert from "node:assert/strict";
import { test } from "node:test";
import { tame } from "../../web/static/js/dom.js";
import { matches } from "../../web/static/js/match.js";

test("direction overrides and isolates are taken out of typed text", () => {
  assert.equal(tame("a\u202Eb\u2066c\u2069d"), "abcd");
});

test("at most four marks stay on a letter", () => {
  assert.equal(tame(`Z${"\u0301".repeat(400)}!`), `Z${"\u0301".repeat(4)}!`);
});

test("ordinary text in any script is left alone", () => {
  for (const text of ["Ångström", "क्षत्रिय", "مرحبا بالعالم", "👨‍👩‍👧‍👦 你好", "a\u200Db"]) assert.equal(tame(text), text);
});

test("a command is found by its words in any order", () => {
  assert.ok(matches("r0 mod", "Moderate R0"));
  assert.ok(matches("", "Moderate R0"));
  assert.ok(matches("主持", "主持 潮汐厅"));
  assert.ok(!matches("stage", "Moderate R0"));
});
