import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { formatClock, formatCount, formatSpan, inWords, pick, speak, t, translate } from "../../web/static/js/i18n.js";

const ZONE = "Asia/Shanghai";
const INSTANT = Date.UTC(2022, 8, 3, 1, 41, 27);

beforeEach(() => speak({ language: "en", timezone: ZONE }));

test("text without a translation stays English, with it it is the page's language", () => {
  translate("zh-Hans", { "{n} waiting": "{n} 人等待" });
  assert.equal(t("{n} waiting", { n: 3 }), "3 waiting");
  speak({ language: "zh-Hans", timezone: ZONE });
  assert.equal(t("{n} waiting", { n: 3 }), "3 人等待");
  assert.equal(t("never translated"), "never translated");
});

test("placeholders without a value stand as they are, and values are never placeholders themselves", () => {
  assert.equal(t("{a} and {b}", { a: "{b}" }), "{b} and {b}");
});

test("a count of one has words of its own, in the language that has them", () => {
  translate("zh-Hans", { "{n||all }{n} {n|waits|wait}": "{n} 人等待" });
  const waiting = (/** @type {number | string} */ n) => t("{n||all }{n} {n|waits|wait}", { n });
  assert.deepEqual([0, 1, 2, 21, "1"].map(waiting), ["all 0 wait", "1 waits", "all 2 wait", "all 21 wait", "1 waits"]);
  speak({ language: "zh-Hans", timezone: ZONE });
  assert.equal(waiting(1), "1 人等待");
});

test("a title in several languages is picked by the page's, else English, else any", () => {
  assert.equal(pick({ en: "Stage", "zh-Hans": "舞台" }), "Stage");
  assert.equal(pick({ fr: "Scène" }), "Scène");
  assert.equal(pick("as written"), "as written");
});

test("a count shows zero at its very end and overtime with a plus", () => {
  const cases = [
    [761_000, "12:41"],
    [760_001, "12:41"],
    [3_723_000, "1:02:03"],
    [1, "00:01"],
    [0, "00:00"],
    [-999, "+00:00"],
    [-192_000, "+03:12"],
    [-3_600_000, "+1:00:00"],
  ];
  for (const [remaining, shown] of cases) assert.equal(formatCount(remaining), shown);
  assert.equal(formatCount(null), "--:--");
});

test("clocks are the event's, whatever the machine's zone", () => {
  assert.equal(formatClock(INSTANT), "09:41");
  assert.equal(formatClock(INSTANT, undefined, { seconds: true }), "09:41:27");
  assert.equal(formatClock(INSTANT, "Europe/Berlin"), "03:41");
  assert.equal(formatClock(Date.UTC(2022, 8, 2, 16, 0, 0)), "00:00");
  assert.equal(formatClock(null), "--:--");
});

test("lateness is told in words, below half a minute it is none", () => {
  assert.equal(inWords(29_000), "on time");
  assert.equal(inWords(-29_000), "on time");
  assert.equal(inWords(180_000), "3 min late");
  assert.equal(inWords(-120_000), "2 min early");
  assert.equal(inWords(3_900_000), "1 h 5 min late");
});

test("spans never show sixty seconds or sixty minutes", () => {
  assert.equal(formatSpan(40_400), "40 s");
  assert.equal(formatSpan(59_700), "1 min");
  assert.equal(formatSpan(3_590_000), "1 h");
});
