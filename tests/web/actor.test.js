import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { stand, whoWord } from "../../web/static/js/actor.js";
import { CommandError } from "../../web/static/js/command.js";
import { explain } from "../../web/static/js/toast.js";

beforeEach(() => stand({ room: "R0", rooms: [{ id: "R0", title: "Tide Hall" }, { id: "R1", title: "Lighthouse" }] }));

test("a colleague is told by role, and by room where it is another one", () => {
  const told = ["control", "moderator:R0", "moderator:R1", "stage:R7", "system", "p-4f4f40"].map(whoWord);
  assert.deepEqual(told, ["control", "moderator", "moderator Lighthouse", "stage R7", "the program", "attendee"]);
});

test("who was faster is told in words, never by an id", () => {
  const sentence = explain(new CommandError("conflict", "changed", { by: "moderator:R1" }));
  assert.equal(sentence, "moderator Lighthouse was faster. Look at the current state, then decide again.");
});
