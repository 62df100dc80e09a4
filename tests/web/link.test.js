import assert from "node:assert/strict";
import { test } from "node:test";
import { linked, rows } from "./faraway.js";

const nothing = () => {};

test("nothing is sent before the greeting, and every topic is asked for after it", () => {
  const { link, last } = linked();
  link.subscribe("agenda/R0", nothing);
  assert.deepEqual(last().sent, []);
  last().greet();
  assert.deepEqual(last().of("sub"), [{ t: "sub", c: "agenda/R0" }]);
  assert.equal(link.state, "live");
});

test("after a cut each topic resumes from the position its mirror holds", () => {
  const { link, timers, last } = linked();
  const mirror = link.subscribe("agenda/R0", nothing);
  last().greet();
  last().receive(rows("agenda/R0", null, 5, { x: { n: 1 } }));
  last().receive(rows("agenda/R0", 5, 6, { x: { n: 2 } }));
  last().cut();
  assert.equal(link.state, "offline");
  timers.pass(250);
  last().greet();
  assert.deepEqual(last().of("sub"), [{ t: "sub", c: "agenda/R0", pos: ["e1", 6] }]);
  last().receive(rows("agenda/R0", 6, 7, { x: { n: 3 } }));
  assert.deepEqual(mirror.rows.get("x"), { n: 3 });
});

test("a frame that does not fit makes the topic ask again, once, from what it holds", () => {
  const { link, last } = linked();
  const heard = [];
  link.subscribe("agenda/R0", (_, changed) => heard.push(...changed));
  last().greet();
  last().receive(rows("agenda/R0", null, 5, { x: { n: 1 } }));
  last().receive(rows("agenda/R0", 7, 8, { x: { n: 9 } }));
  last().receive(rows("agenda/R0", 8, 9, { x: { n: 10 } }));
  assert.deepEqual(last().of("sub").slice(1), [{ t: "sub", c: "agenda/R0", pos: ["e1", 5] }]);
  last().receive(rows("agenda/R0", 5, 9, { x: { n: 10 } }));
  assert.deepEqual(heard, ["x", "x"]);
});

test("what the server cannot store now is kept with all that follows, and goes out again in order", async () => {
  const { link, timers, last } = linked();
  last().greet();
  const first = link.send("agenda", "start", { item: "a" });
  last().receive({ t: "err", ref: last().of("cmd")[0].ref, code: "unavailable", message: "", retry: true, detail: {} });
  const second = link.send("agenda", "finish", { item: "a" });
  assert.equal(last().of("cmd").length, 1);
  timers.pass(1_500);
  const [, again, after] = last().of("cmd");
  assert.deepEqual([again.v, after.v], ["start", "finish"]);
  assert.equal(again.ref, last().of("cmd")[0].ref);
  last().receive({ t: "ok", ref: again.ref, result: {} });
  last().receive({ t: "ok", ref: after.ref, result: {} });
  await Promise.all([first, second]);
});

test("who is not patient is told that the server cannot store it", async () => {
  const { link, last } = linked();
  last().greet();
  const answer = link.send("questions", "submit", {}, { patient: false });
  last().receive({ t: "err", ref: last().of("cmd")[0].ref, code: "unavailable", message: "", retry: true, detail: {} });
  await assert.rejects(answer, { code: "unavailable", retry: true });
});

test("an unanswered command goes out again under its ref, an answered one does not", async () => {
  const { link, timers, last } = linked();
  last().greet();
  const answered = link.send("agenda", "start", { item: "a" }, { rev: 7 });
  const open = link.send("agenda", "finish", { item: "a" });
  const [first, second] = last().of("cmd");
  assert.equal(first.rev, 7);
  last().receive({ t: "ok", ref: first.ref, result: { done: true } });
  assert.deepEqual(await answered, { done: true });
  last().cut(1012);
  timers.pass(250);
  last().greet();
  assert.deepEqual(last().of("cmd"), [second]);
  last().receive({ t: "ok", ref: second.ref, result: { first: true } });
  assert.deepEqual(await open, { first: true });
});

test("a command given while offline waits and keeps its order", async () => {
  const { link, timers, last } = linked();
  last().greet();
  last().cut();
  void link.send("questions", "approve", { question: "1" });
  void link.send("questions", "next", { question: "1" });
  timers.pass(250);
  last().greet();
  assert.deepEqual(last().of("cmd").map(({ v }) => v), ["approve", "next"]);
});

test("a refusal rejects with the server's code and detail", async () => {
  const { link, last } = linked();
  last().greet();
  const refused = link.send("agenda", "next", { room: "R0", from: "x" });
  const [{ ref }] = last().of("cmd");
  last().receive({ t: "err", ref, code: "conflict", message: "x is over.", retry: false, detail: { by: "control" } });
  await assert.rejects(refused, { code: "conflict", retry: false, detail: { by: "control" } });
});

test("five seconds of silence make the link stale, and any frame makes it live again", () => {
  const { link, timers, last } = linked();
  last().greet();
  timers.pass(3_000);
  last().receive({ t: "beat" });
  timers.pass(4_000);
  assert.equal(link.state, "live");
  timers.pass(2_000);
  assert.equal(link.state, "stale");
  last().receive({ t: "beat" });
  assert.equal(link.state, "live");
});

test("a half-open connection is given up and its late end does not disturb the new one", () => {
  const { link, timers, sockets, last } = linked();
  last().greet();
  timers.pass(13_000);
  assert.equal(link.state, "offline");
  assert.equal(sockets[0].closed, true);
  timers.pass(250);
  assert.equal(sockets.length, 2);
  last().greet();
  sockets[0].cut();
  assert.equal(link.state, "live");
});

test("a connection that never greets is given up too", () => {
  const { timers, sockets } = linked();
  timers.pass(13_000);
  assert.equal(sockets.length, 2);
});

test("the wait before the next try doubles, is random, and never exceeds eight seconds", () => {
  const { timers, sockets, last } = linked();
  const waits = [];
  for (let round = 0; round < 8; round += 1) {
    const before = sockets.length;
    last().cut();
    const start = timers.time;
    while (sockets.length === before) timers.pass(25);
    waits.push(timers.time - start);
  }
  assert.deepEqual(waits, [125, 250, 500, 1000, 2000, 4000, 4000, 4000]);
});

test("codes from 4500 on end the link for good and say why", async () => {
  const { link, timers, sockets, last } = linked();
  last().greet();
  const open = link.send("agenda", "start", { item: "a" });
  last().cut(4501, "not yours");
  assert.equal(link.state, "ended");
  assert.deepEqual(link.ending, { code: 4501, reason: "not yours" });
  await assert.rejects(open, { code: "unavailable" });
  await assert.rejects(link.send("agenda", "start", { item: "a" }), { code: "unavailable" });
  timers.pass(60_000);
  link.probe();
  assert.equal(sockets.length, 1);
});

test("codes from 4000 to 4499 and a restart come back", () => {
  for (const code of [1012, 4001, 4002, 4003]) {
    const { link, timers, sockets, last } = linked();
    last().greet();
    last().cut(code);
    assert.equal(link.state, "offline");
    timers.pass(250);
    assert.equal(sockets.length, 2);
  }
});

test("a page put away lets go, and is back at once when shown", () => {
  const { link, timers, sockets, last } = linked();
  last().greet();
  link.suspend();
  assert.equal(sockets[0].closed, true);
  timers.pass(60_000);
  assert.equal(sockets.length, 1);
  link.connect();
  assert.equal(sockets.length, 2);
});

test("the server is pinged every ten seconds while it lives, three times at the greeting", () => {
  const { timers, last } = linked();
  last().greet();
  assert.equal(last().of("ping").length, 3);
  for (let second = 0; second < 30; second += 2) {
    timers.pass(2_000);
    last().receive({ t: "beat" });
  }
  assert.equal(last().of("ping").length, 6);
});

test("listeners that share a topic share its mirror, and the last to leave ends the subscription", () => {
  const { link, last } = linked();
  const one = new AbortController();
  const two = new AbortController();
  last().greet();
  const mirror = link.subscribe("agenda/R0", nothing, one.signal);
  last().receive(rows("agenda/R0", null, 1, { x: { n: 1 } }));
  const seen = [];
  assert.equal(link.subscribe("agenda/R0", (_, changed) => seen.push(...changed), two.signal), mirror);
  assert.deepEqual(seen, ["x"]);
  one.abort();
  assert.equal(last().of("unsub").length, 0);
  two.abort();
  assert.deepEqual(last().of("unsub"), [{ t: "unsub", c: "agenda/R0" }]);
});

test("an error that no command caused is announced", () => {
  const { link, last } = linked();
  const heard = [];
  link.addEventListener("error", (event) => heard.push(event.detail.code));
  last().greet();
  last().receive({ t: "err", ref: null, code: "forbidden", message: "Not yours.", retry: false, detail: {} });
  assert.deepEqual(heard, ["forbidden"]);
});
