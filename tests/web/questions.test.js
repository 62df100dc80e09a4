/** What the questions' pages know without a browser: lanes, stillness, fingers, ways, votes, and the door's verdicts. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { likeness, NEAR, nearest } from "../../web/static/js/panels/questions/alike.js";
import { Ballot } from "../../web/static/js/panels/questions/ballot.js";
import { fitsNow, orderArgs, owed, passedOver, rate } from "../../web/static/js/panels/questions/judgement.js";
import { meant, swiped } from "../../web/static/js/panels/questions/moves.js";
import {
  argsOf,
  glow,
  lanes,
  neighbour,
  nextAct,
  offered,
  shares,
} from "../../web/static/js/panels/questions/queue.js";
import { freshOf, publicOrder } from "../../web/static/js/panels/questions/order.js";
import { outlook } from "../../web/static/js/panels/questions/outlook.js";
import { questionsOf } from "../../web/static/js/panels/questions/rows.js";
import { REST, Stillness } from "../../web/static/js/panels/questions/stillness.js";
import { myQuestions, progress, revocable } from "../../web/static/js/panels/questions/way.js";
import { judge, person, saved } from "../../web/static/js/panels/checkin/door/verdict.js";
import { nonce, Once, SAME, Wedge } from "../../web/static/js/panels/checkin/door/wedge.js";

const question = (id, state, more = {}) => ({
  id,
  number: Number(id.slice(1)),
  room: "R0",
  origin: "room",
  inlet: "web",
  name: null,
  lang: "en",
  body: `body of ${id}`,
  state,
  votes: 0,
  order: null,
  labels: [],
  assignee: null,
  merged_into: null,
  hits: [],
  similar: [],
  claimed_by: null,
  received: 0,
  perceived: 0,
  approved_at: null,
  on_air_at: null,
  closed_at: null,
  close_reason: null,
  rev: 1,
  ...more,
});
const byId = (...questions) => new Map(questions.map((each) => [each.id, each]));
const side = (more) => ({ asked: 0, answered: 0, air_time: 0, median_wait: null, waiting: 0, ...more });
const session = (more) => ({
  state: "open",
  closes_at: null,
  mode: "pre",
  blank: false,
  on_air: null,
  next: null,
  fits: 0,
  until: null,
  suggested: null,
  meter: { room: side(), remote: side() },
  rev: 1,
  ...more,
});
const ids = (questions) => questions.map(({ id }) => id);

test("questions are read by their ids, and other rows are left out", () => {
  const rows = new Map([
    ["qa", session()],
    ["q/a1", question("a1", "pending")],
  ]);

  assert.deepEqual([...questionsOf(rows).keys()], ["a1"]);
});

test("each lane has its own order: the longest wait, the slot, the votes, the newest end", () => {
  const sorted = lanes([
    question("q1", "pending", { perceived: 30 }),
    question("q2", "held", { perceived: 10 }),
    question("q3", "shortlisted", { order: 2 }),
    question("q4", "shortlisted", { order: 1 }),
    question("q5", "approved", { votes: 1 }),
    question("q6", "approved", { votes: 4 }),
    question("q7", "answered", { closed_at: 5 }),
    question("q8", "rejected", { closed_at: 9 }),
    question("q9", "on_air"),
  ]);

  assert.deepEqual(ids(sorted.waiting), ["q2", "q1"]);
  assert.deepEqual(ids(sorted.shortlisted), ["q4", "q3"]);
  assert.deepEqual(ids(sorted.approved), ["q6", "q5"]);
  assert.deepEqual(ids(sorted.done), ["q8", "q7"]);
});

test("the big button puts on air what is next, also while something is on air", () => {
  const questions = byId(question("q1", "on_air"), question("q2", "next"));
  const act = nextAct(session({ on_air: "q1", next: "q2" }), questions);

  assert.equal(act.verb, "air");
  assert.deepEqual(argsOf("air", act.question, session({ on_air: "q1" })), { question: "q2", replaces: "q1" });
});

test("the big button ends what is on air when nothing follows", () => {
  const act = nextAct(session({ on_air: "q1" }), byId(question("q1", "on_air")));

  assert.deepEqual([act.verb, act.question.id], ["answered", "q1"]);
});

test("the big button lines up the suggestion, else the head of the shortlist, else nothing", () => {
  const questions = byId(question("q1", "approved"), question("q2", "shortlisted", { order: 1 }));

  assert.equal(nextAct(session({ suggested: "q1" }), questions).question.id, "q1");
  assert.equal(nextAct(session(), questions).question.id, "q2");
  assert.equal(nextAct(session(), byId(question("q1", "approved"))), null);
  assert.equal(nextAct(undefined, new Map()), null);
});

test("putting on an empty stage says that it saw an empty stage", () => {
  assert.deepEqual(argsOf("air", question("q1", "next"), session()), { question: "q1", replaces: null });
});

test("a state offers only what can be done in it", () => {
  assert.deepEqual(offered("on_air"), ["answered", "skip_back"]);
  assert.deepEqual(offered("withdrawn"), []);
});

test("a wait glows after five minutes and strongly after ten", () => {
  assert.deepEqual(
    [4.9, 5, 10].map((minutes) => glow(minutes * 60_000)),
    [0, 1, 2],
  );
});

test("shares add up to one, or are nothing at all", () => {
  assert.deepEqual(shares({ room: side({ waiting: 1 }), remote: side({ waiting: 3 }) }, "waiting"), { room: 0.25, remote: 0.75 });
  assert.deepEqual(shares(undefined, "air_time"), { room: 0, remote: 0 });
});

test("the selection stops at both ends and starts at the near one", () => {
  assert.equal(neighbour(["a", "b"], "b", 1), "b");
  assert.equal(neighbour(["a", "b"], "a", -1), "a");
  assert.equal(neighbour(["a", "b"], null, 1), "a");
  assert.equal(neighbour(["a", "b"], "gone", -1), "b");
  assert.equal(neighbour([], null, 1), null);
});

test("a list at rest follows its rows", () => {
  const still = new Stillness();
  still.arrange(["a", "b"], 0);

  assert.deepEqual(still.arrange(["c", "b", "a"], 10), { keys: ["c", "b", "a"], fresh: 0, gone: new Set() });
});

test("under the finger nothing moves: new ones are counted, gone ones stay drawn", () => {
  const still = new Stillness();
  still.arrange(["a", "b"], 0);
  still.touch(100);

  assert.deepEqual(still.arrange(["c", "b"], 200), { keys: ["a", "b"], fresh: 1, gone: new Set(["a"]) });
});

test("a list moves again once it was left alone, not a moment earlier", () => {
  const still = new Stillness();
  still.arrange(["a"], 0);
  still.touch(100);

  assert.deepEqual(still.arrange(["b"], 100 + REST - 1).keys, ["a"]);
  assert.deepEqual(still.arrange(["b"], 100 + REST).keys, ["b"]);
});

test("asking for what is new moves the list at once", () => {
  const still = new Stillness();
  still.arrange(["a"], 0);
  still.touch(100);
  still.release();

  assert.deepEqual(still.arrange(["b", "a"], 101).keys, ["b", "a"]);
});

test("an own act leaves and arrives at once, also under the finger", () => {
  const [from, to] = [new Stillness(), new Stillness()];
  from.arrange(["a", "b"], 0);
  to.arrange(["x"], 0);
  for (const still of [from, to]) {
    still.touch(100);
    still.moved("a");
  }

  assert.deepEqual(from.arrange(["b"], 150).keys, ["b"]);
  assert.deepEqual(to.arrange(["a", "x"], 150), { keys: ["x", "a"], fresh: 0, gone: new Set() });
});

test("a swipe to the right goes a step on, to the left a step back or refuses", () => {
  assert.equal(swiped(question("q1", "pending"), 120, 10), "approve");
  assert.equal(swiped(question("q1", "approved"), 120, 10), "shortlist");
  assert.equal(swiped(question("q1", "approved"), -120, 10), "reject");
  assert.equal(swiped(question("q1", "shortlisted"), -120, 10), "unshortlist");
});

test("a short or steep movement is a tap or a scroll, never an act", () => {
  assert.equal(swiped(question("q1", "pending"), 60, 0), null);
  assert.equal(swiped(question("q1", "pending"), 120, 110), null);
  assert.equal(swiped(question("q1", "withdrawn"), 200, 0), null);
});

test("a card that was lifted goes up on air, and only then; scrolling never does", () => {
  assert.equal(swiped(question("q1", "shortlisted"), 10, -120, true), "air");
  assert.equal(swiped(question("q1", "shortlisted"), 10, -120), null);
  assert.equal(swiped(question("q1", "shortlisted"), 10, -60, true), null);
  assert.equal(swiped(question("q1", "shortlisted"), 110, -120, true), null);
  assert.equal(swiped(question("q1", "pending"), 0, -300, true), null);
});

test("with the shift key the question moves instead of the selection", () => {
  assert.equal(meant({ key: "J", shiftKey: true }), "later");
  assert.equal(meant({ key: "ArrowUp", shiftKey: true }), "earlier");
  assert.equal(meant({ key: "A", shiftKey: true }), "approve");
});

test("a place in the shortlist is said by the neighbour that the server can check", () => {
  const keys = ["a", "b", "c"];
  assert.deepEqual(orderArgs(keys, "c", 0), { before: "a" });
  assert.deepEqual(orderArgs(keys, "a", 1), { before: "c" });
  assert.deepEqual(orderArgs(keys, "a", 9), { after: "c" });
  assert.equal(orderArgs(keys, "b", 1), null);
  assert.equal(orderArgs(keys, "a", -1), null);
  assert.equal(orderArgs(keys, "gone", 0), null);
});

test("how many more fit goes by the clock, not by the last event", () => {
  const until = session({ until: 600_000, pace: 100_000 });
  assert.equal(fitsNow(until, 0), 6);
  assert.equal(fitsNow(until, 250_000), 3);
  assert.equal(fitsNow(until, 700_000), 0);
  assert.equal(fitsNow(session({ until: null }), 0), null);
});

test("a rate needs a few who have seen it, and to know how many they are", () => {
  assert.equal(rate(question("q1", "approved", { votes: 1, seen: 2 })), null);
  assert.deepEqual(rate(question("q1", "approved", { votes: 4, seen: 10 })), { percent: 40, seen: 10 });
  assert.equal(rate(question("q1", "approved", { votes: 5, seen: 4 })), null);
  assert.equal(rate(question("q1", "approved", { votes: 5 })), null);
});

test("taking a question of the other side than the one whose turn it is passes that one over", () => {
  const rows = byId(question("q1", "shortlisted", { origin: "remote" }), question("q2", "shortlisted"));
  const turn = session({ suggested: "q1" });
  const find = (id) => rows.get(id);
  assert.equal(passedOver("air", rows.get("q2"), turn, find), "remote");
  assert.equal(passedOver("air", rows.get("q1"), turn, find), null);
  assert.equal(passedOver("approve", rows.get("q2"), turn, find), null);
  assert.equal(passedOver("air", rows.get("q2"), session({ suggested: "q1", next: "q2" }), find), null);
});

test("a debt names the side and its turns", () => {
  assert.equal(owed({ room: side({ owed: 0 }), remote: side({ owed: 0 }) }), null);
  assert.deepEqual(owed({ room: side({ owed: 0 }), remote: side({ owed: 2 }) }), { side: "remote", turns: 2 });
});

test("approved questions are sorted as their moderator likes", () => {
  const rows = [
    question("q1", "approved", { votes: 9, score: 0.1, perceived: 3 }),
    question("q2", "approved", { votes: 1, score: 0.9, perceived: 2 }),
    question("q3", "approved", { votes: 5, score: 0.5, perceived: 1 }),
  ];
  const ids = (sort) => lanes(rows, sort).approved.map(({ id }) => id);
  assert.deepEqual(ids(), ["q1", "q3", "q2"]);
  assert.deepEqual(ids("score"), ["q2", "q3", "q1"]);
  assert.deepEqual(ids("age"), ["q3", "q2", "q1"]);
});

test("keys act only when they are not the browser's", () => {
  assert.equal(meant({ key: "J" }), "down");
  assert.equal(meant({ key: " " }), "go");
  assert.equal(meant({ key: "r", ctrlKey: true }), null);
  assert.equal(meant({ key: "x" }), null);
});

test("my questions are what this phone holds, then what the server has, the newest first, of this room only", () => {
  const entry = (ref, room) => ({
    ref,
    channel: "questions",
    verb: "submit",
    args: { room, body: "?" },
    state: "waiting",
    error: null,
  });
  const mine = myQuestions(
    [entry("r1", "R0"), entry("r2", "R1"), { ...entry("r3", "R0"), verb: "vote" }],
    [question("q1", "pending"), question("q2", "on_air"), question("q3", "pending", { room: "R1" })],
    "R0",
  );

  assert.deepEqual(
    mine.map(({ key }) => key),
    ["r1", "q2", "q1"],
  );
});

test("the way of a question says how far it is and whether it has stopped", () => {
  assert.deepEqual(progress("waiting"), { reached: -1, stopped: false, tone: "stale" });
  assert.equal(progress("on_air").reached, 4);
  assert.equal(progress("rejected").stopped, true);
  assert.equal(progress("refused").stopped, true);
});

test("an asker can take a question back until it is on air", () => {
  assert.deepEqual(["pending", "next", "on_air", "answered"].map(revocable), [true, true, false, false]);
});

const shelf = () => {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
};

test("a vote's number rises even when the clock stands still or goes back", () => {
  const ballot = new Ballot(shelf());
  const numbers = [1000, 1000, 900].map((now, nth) => ballot.cast("q1", nth % 2 === 0, now).n);

  assert.deepEqual(numbers, [1000, 1001, 1002]);
});

test("a vote outlives the page", () => {
  const kept = shelf();
  new Ballot(kept).cast("q1", true, 5);

  assert.equal(new Ballot(kept).has("q1"), true);
  assert.equal(new Ballot(kept).cast("q1", false, 1).n, 6);
});

test("a ballot works where the browser keeps nothing, or keeps rubbish", () => {
  const broken = {
    getItem: () => "[not json",
    setItem: () => {
      throw new Error("full");
    },
  };

  assert.equal(new Ballot(null).has("q1"), false);
  assert.equal(new Ballot(broken).cast("q1", true, 7).n, 7);
});

test("the public list keeps two of ten places for the newest", () => {
  const many = Array.from({ length: 12 }, (_, n) => ({ number: n + 1, votes: 100 - n }));
  const order = publicOrder(many).map(({ number }) => number);

  assert.deepEqual(order.slice(0, 10), [1, 2, 3, 4, 12, 5, 6, 7, 8, 11]);
  assert.equal(new Set(order).size, 12);
});

test("the fresh places are for what this phone has not shown yet", () => {
  const many = Array.from({ length: 30 }, (_, n) => ({ id: `q${n}`, number: n + 1, votes: 100 - n }));
  const seen = new Set(many.filter((_, n) => n % 3 !== 0).map(({ id }) => id));
  const first = freshOf(many, seen, "one phone").slice(0, 10);

  assert.ok(first.every(({ id }) => !seen.has(id)));
});

test("a crowd's phones together show every new question in the fresh places", () => {
  const many = Array.from({ length: 60 }, (_, n) => ({ id: `q${n}`, number: n + 1, votes: 0 }));
  const shown = new Map(many.map(({ id }) => [id, 0]));
  for (let phone = 0; phone < 600; phone += 1)
    for (const { id } of freshOf(many, new Set(), `phone ${phone}`).slice(0, 2)) shown.set(id, shown.get(id) + 1);

  assert.ok(Math.min(...shown.values()) > 5, "each of sixty is expected twenty times");
  assert.ok(Math.max(...shown.values()) < 50);
});

test("what is older than the newest sixty has no fresh place", () => {
  const many = Array.from({ length: 80 }, (_, n) => ({ id: `q${n}`, number: n + 1, votes: 0 }));

  assert.equal(Math.min(...freshOf(many, new Set(), "phone").map(({ number }) => number)), 21);
});

const minute = 60_000;
const taking = (waiting, more = {}) => ({
  pace: 2 * minute,
  on_air: "q1",
  next: null,
  until: null,
  meter: { room: { waiting: 1 }, remote: { waiting } },
  ...more,
});

test("number four behind another side with as many is some minutes away", () => {
  assert.deepEqual(outlook({ place: 4, origin: "room" }, taking(9), 0, 0), { low: 11, high: 20, isTight: false });
});

test("who is first waits for what is on air, and for the other side at most once", () => {
  assert.deepEqual(outlook({ place: 1, origin: "room" }, taking(0), 0, minute), { low: 1, high: 1, isTight: false });
  assert.deepEqual(outlook({ place: 1, origin: "room" }, taking(5), 0, minute), { low: 1, high: 4, isTight: false });
});

test("nobody promises minutes while no question is being taken", () => {
  assert.equal(outlook({ place: 1, origin: "room" }, taking(5, { on_air: null }), null, 0), null);
  assert.equal(outlook({ place: 1, origin: "room" }, undefined, null, 0), null);
});

test("where the time ends before the earliest turn it is said", () => {
  const { isTight } = outlook({ place: 4, origin: "room" }, taking(9, { until: 5 * minute }), 0, 0);
  assert.equal(isTight, true);
});

test("a range always holds what it says: the least is not above the most", () => {
  for (const place of [1, 2, 5, 10])
    for (const waiting of [0, 1, 3, 20])
      for (const since of [null, 0, -10 * minute]) {
        const { low, high } = outlook({ place, origin: "remote" }, taking(waiting), since, 0);
        assert.ok(low >= 0 && low <= high, `${place} ${waiting}`);
      }
});

test("what one's other device voted for is voted for here as well, and the last own tap counts until it has arrived", () => {
  const ballot = new Ballot(null);
  ballot.agree(["q1"], new Set(), 10_000);
  assert.equal(ballot.has("q1"), true);
  const at = performance.now();
  ballot.cast("q1", false, 1);
  ballot.agree(["q1"], new Set(["q1"]), at);
  ballot.agree(["q1"], new Set(), at + 500);
  assert.equal(ballot.has("q1"), false);
  ballot.agree([], new Set(), at + 5_000);
  assert.equal(ballot.has("q1"), false);
  ballot.agree(["q1"], new Set(), at + 6_000);
  assert.equal(ballot.has("q1"), true);
});

test("a vote that was not taken is shown as it was before", () => {
  const ballot = new Ballot(null);
  ballot.cast("q1", true, 1);
  ballot.refused("q1");
  assert.equal(ballot.has("q1"), false);
});

test("an accepted scan is a welcome with name and seat, an exit a goodbye", () => {
  const answer = {
    status: "ok",
    require_attention: false,
    checkin_texts: [],
    position: { attendee_name: "Wang", seat: "A-12", category: "speaker" },
  };

  assert.deepEqual(judge(answer, "entry"), {
    tone: "ok",
    shape: "tick",
    word: "Welcome",
    sentence: "",
    name: "Wang",
    seat: "A-12",
    category: "speaker",
    texts: [],
  });
  assert.equal(judge(answer, "exit").word, "Goodbye");
});

test("a ticket that wants attention is let in with a different colour, shape and word", () => {
  const verdict = judge({ status: "ok", require_attention: true, position: null }, "entry");

  assert.deepEqual([verdict.tone, verdict.shape, verdict.word], ["attention", "hand", "Look here"]);
});

test("a refusal says why, what to do, and when the ticket came in first", () => {
  const verdict = judge(
    { status: "error", reason: "already_redeemed", position: { first_scan: { at: 5, lane: "A", gate: "North" } } },
    "entry",
  );

  assert.deepEqual([verdict.tone, verdict.word], ["bad", "Already in"]);
  assert.deepEqual(verdict.before, { at: 5, where: "North" });
});

test("a reason that this page does not know is told in the server's own words", () => {
  const verdict = judge({ status: "error", reason: "medium_invalid", reason_explanation: "Wristband unknown." }, "entry");

  assert.deepEqual([verdict.word, verdict.sentence], ["Stop", "Wristband unknown."]);
});

test("a scan without a net is never a welcome", () => {
  assert.equal(saved("SECRET").tone, "saved");
});

test("a long code is not shown in full on the door's screen", () => {
  assert.equal(saved("abcdefghijklmnopqrstuvwxyz").category, "abcd…wxyz");
});

test("a seat may be a text or pretix's object", () => {
  assert.equal(person({ seat: { name: "B-3" } }).seat, "B-3");
  assert.equal(person(null).name, "");
});

const typed = (wedge, text, gap, start = 0) => [...text, "Enter"].map((key, n) => wedge.key(key, start + n * gap)).at(-1);

test("keys in one go that end with Enter are a code, also when the tablet is slow", () => {
  assert.equal(typed(new Wedge(), "TICKET1", 10), "TICKET1");
  assert.equal(typed(new Wedge(), "TICKET1", 300), "TICKET1");
});

test("keys with long pauses between them are no code", () => {
  assert.equal(typed(new Wedge(), "hello", 600), null);
});

test("a stray key before a scan does not spoil the code", () => {
  const wedge = new Wedge();
  wedge.key("x", 0);

  assert.equal(typed(wedge, "TICKET1", 10, 900), "TICKET1");
});

test("a modifier key is no part of a code", () => {
  const wedge = new Wedge();
  const keys = ["Shift", "A", "Shift", "B", "C", "D", "Enter"];

  assert.equal(keys.map((key, n) => wedge.key(key, n * 8)).at(-1), "ABCD");
});

test("a badge that stays before the camera is one showing", () => {
  const once = new Once();

  assert.deepEqual(
    [once.fresh("a", 0), once.fresh("a", 500), once.fresh("b", 600), once.fresh("a", 700)],
    [true, false, true, true],
  );
  assert.equal(once.fresh("a", 700 + SAME), true);
});

test("a nonce has 26 letters of 5 bits each", () => {
  assert.match(
    nonce((bytes) => bytes.fill(255)),
    /^[a-z2-7]{26}$/,
  );
});

test("the same question in other words is near, in Chinese and in English", () => {
  assert.ok(likeness("为什么选择 Rust 而不是 Go？", "为什么选择 Rust 而不是 Go 呢？") >= NEAR);
  assert.ok(likeness("Will the slides be online?", "Are the slides online?") >= NEAR);
});

test("a negation or a number makes another question of it", () => {
  assert.equal(likeness("Does it work offline with sync?", "Does it not work offline with sync?"), 0);
  assert.equal(likeness("这个系统支持 100 人吗", "这个系统支持 1000 人吗"), 0);
  assert.equal(likeness("他们同意公开数据吗", "他们不同意公开数据吗"), 0);
});

test("questions about different things are far, and nothing is like nothing", () => {
  assert.ok(likeness("How did you convince the finance department?", "Where can we see the dashboards?") < NEAR);
  assert.equal(likeness("???", "!!!"), 0);
});

test("the nearest of several is offered, and none when none is near", () => {
  const asked = [{ body: "Is the data set open?" }, { body: "Is the data set really open?" }];

  assert.equal(nearest("is the data set open", asked), asked[0]);
  assert.equal(nearest("who made the coffee", asked), null);
});
