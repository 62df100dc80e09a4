import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandError } from "../../web/static/js/command.js";
import { Outbox } from "../../web/static/js/outbox.js";
import { inMemory } from "../../web/static/js/storage.js";

/** A link whose answers the test gives. */
class Desk extends EventTarget {
  state = "live";
  sent = [];
  send(channel, verb, args, { ref }) {
    return new Promise((resolve, reject) => this.sent.push({ channel, verb, args, ref, resolve, reject }));
  }
  become(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function bench(state = "live", storage = inMemory()) {
  const desk = new Desk();
  desk.state = state;
  const outbox = new Outbox();
  await outbox.attach(desk, storage);
  return { desk, outbox, storage };
}

test("a command is stored before it is sent, and forgotten once it is taken", async () => {
  const { desk, outbox, storage } = await bench();
  const answer = outbox.send("questions", "submit", { body: "Why?" });
  assert.equal(desk.sent.length, 0);
  await settled();
  assert.equal(desk.sent.length, 1);
  assert.deepEqual((await storage.all()).map(({ ref }) => ref), [desk.sent[0].ref]);
  desk.sent[0].resolve({ number: 12 });
  assert.deepEqual(await answer, { number: 12 });
  assert.deepEqual(outbox.entries, []);
  assert.deepEqual(await storage.all(), []);
});

test("what a closed page left behind goes out under its old ref, in order", async () => {
  const storage = inMemory();
  const before = await bench("offline", storage);
  void before.outbox.send("questions", "submit", { body: "first" });
  void before.outbox.send("questions", "submit", { body: "second" });
  await settled();
  assert.equal(before.desk.sent.length, 0);
  const after = await bench("live", storage);
  await settled();
  assert.deepEqual(after.desk.sent.map(({ args }) => args.body), ["first", "second"]);
  assert.deepEqual(after.desk.sent.map(({ ref }) => ref), before.outbox.entries.map(({ ref }) => ref));
});

test("what is told after a reload comes after what was kept", async () => {
  const storage = inMemory();
  const before = await bench("offline", storage);
  void before.outbox.send("questions", "submit", { body: "old" });
  await settled();
  const after = await bench("offline", storage);
  void after.outbox.send("questions", "submit", { body: "new" });
  await settled();
  const last = await bench("live", storage);
  await settled();
  assert.deepEqual(last.desk.sent.map(({ args }) => args.body), ["old", "new"]);
});

test("entries wait while offline and are sending while live", async () => {
  const { desk, outbox } = await bench("offline");
  void outbox.send("checkin", "scan", {});
  await settled();
  assert.equal(outbox.entries[0].state, "waiting");
  desk.become("live");
  assert.equal(outbox.entries[0].state, "sending");
  assert.equal(desk.sent.length, 1);
});

test("an entry is not said to wait before it is stored, whatever else is sent meanwhile", async () => {
  const storage = inMemory();
  /** @type {() => void} */
  let stored = () => {};
  const slow = { ...storage, put: async (/** @type {any} */ entry) => { await new Promise((resolve) => (stored = () => resolve(undefined))); await storage.put(entry); } };
  const { desk, outbox } = await bench("offline", slow);
  void outbox.send("questions", "submit", {});
  desk.become("live");
  desk.become("offline");
  assert.equal(outbox.entries[0].state, "sending");
  assert.equal(await outbox.dismiss(outbox.entries[0].ref), false);
  stored();
  await settled();
  assert.equal(outbox.entries[0].state, "waiting");
  assert.equal((await storage.all())[0].state, "waiting");
});

test("an answer is told at once, however long the list takes to forget its act", async () => {
  const storage = inMemory();
  const { desk, outbox } = await bench("live", { ...storage, remove: () => new Promise(() => {}) });
  const answer = outbox.send("questions", "approve", {});
  await settled();
  desk.sent[0].resolve({ ok: true });
  assert.deepEqual(await answer, { ok: true });
  assert.deepEqual(outbox.entries, []);
});

test("a link that flickers does not send an entry twice while its answer is open", async () => {
  const { desk, outbox } = await bench();
  void outbox.send("checkin", "scan", {});
  await settled();
  desk.become("offline");
  desk.become("live");
  desk.become("stale");
  desk.become("live");
  assert.equal(desk.sent.length, 1);
});

test("a refusal stays, said aloud, until it is dismissed", async () => {
  const { desk, outbox, storage } = await bench();
  const answer = outbox.send("questions", "submit", {});
  await settled();
  desk.sent[0].reject(new CommandError("closed", "Q&A is closed.", {}, false));
  await assert.rejects(answer, { code: "closed" });
  assert.equal(outbox.entries[0].state, "refused");
  assert.equal(outbox.entries[0].error.code, "closed");
  desk.become("offline");
  desk.become("live");
  assert.equal(desk.sent.length, 1);
  await outbox.dismiss(outbox.entries[0].ref);
  assert.deepEqual(await storage.all(), []);
});

test("a server that cannot store now is asked again later, under the same ref", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { desk, outbox } = await bench();
  const answer = outbox.send("questions", "submit", {});
  await settled();
  desk.sent[0].reject(new CommandError("unavailable", "No storage.", {}, true));
  await settled();
  assert.equal(outbox.entries[0].state, "waiting");
  context.mock.timers.tick(2_000);
  assert.equal(desk.sent.length, 2);
  assert.equal(desk.sent[1].ref, desk.sent[0].ref);
  desk.sent[1].resolve({ number: 1 });
  assert.deepEqual(await answer, { number: 1 });
});

test("who is told how many seconds to wait waits that long", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { desk, outbox } = await bench();
  void outbox.send("backstage", "say", { text: "Mic 2 to row 5" });
  await settled();
  desk.sent[0].reject(new CommandError("limit_reached", "send this one in 2 s", { retry_after: 2 }, true));
  await settled();
  context.mock.timers.tick(1_999);
  assert.equal(desk.sent.length, 1);
  context.mock.timers.tick(1);
  assert.equal(desk.sent.length, 2);
});

test("who is told to wait for a day asks again after a minute: what waits beside it may be due", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { desk, outbox } = await bench();
  void outbox.send("questions", "submit", { body: "Why?" });
  await settled();
  desk.sent[0].reject(new CommandError("limit_reached", "send this one later", { retry_after: 86_400 }, true));
  await settled();
  context.mock.timers.tick(59_999);
  assert.equal(desk.sent.length, 1);
  context.mock.timers.tick(1);
  assert.equal(desk.sent.length, 2);
});

test("a page that learns of the answer only now is told by an event", async () => {
  const storage = inMemory();
  const before = await bench("offline", storage);
  void before.outbox.send("questions", "submit", { body: "kept" });
  await settled();
  const desk = new Desk();
  const outbox = new Outbox();
  const taken = [];
  outbox.addEventListener("taken", (event) => taken.push([event.detail.entry.args.body, event.detail.result.number]));
  await outbox.attach(desk, storage);
  desk.sent[0].resolve({ number: 4 });
  await settled();
  assert.deepEqual(taken, [["kept", 4]]);
});

test("a store that fails does not keep a command from being sent", async () => {
  const broken = { all: async () => [], put: async () => Promise.reject(new Error("full")), remove: async () => Promise.reject(new Error("full")) };
  const { desk, outbox } = await bench("live", broken);
  const answer = outbox.send("questions", "submit", {});
  await settled();
  desk.sent[0].resolve({ number: 1 });
  assert.deepEqual(await answer, { number: 1 });
});

test("the end of the link is no refusal: the command stays for the next life of the page", async () => {
  const { desk, outbox, storage } = await bench();
  void outbox.send("questions", "submit", {});
  await settled();
  desk.state = "ended";
  desk.sent[0].reject(new CommandError("unavailable", "withdrawn", {}, false));
  await settled();
  assert.equal(outbox.entries[0].state, "waiting");
  assert.equal((await storage.all()).length, 1);
});

test("nothing overtakes what the server could not store", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { desk, outbox } = await bench();
  void outbox.send("checkin", "scan", { n: 1 });
  await settled();
  desk.sent[0].reject(new CommandError("unavailable", "", {}, true));
  await settled();
  void outbox.send("checkin", "scan", { n: 2 });
  await settled();
  assert.equal(desk.sent.length, 1);
  context.mock.timers.tick(2_000);
  assert.deepEqual(desk.sent.map(({ args }) => args.n), [1, 1, 2]);
});
