import assert from "node:assert/strict";
import { test } from "node:test";
import { speak } from "../../web/static/js/i18n.js";
import { byRoom, census, folded, isOpen, isUrgent, ranked } from "../../web/static/js/panels/devices/model.js";
import { happenings } from "../../web/static/js/panels/devices/happenings.js";
import { describe, face, sentence, tone } from "../../web/static/js/panels/devices/words.js";

speak({ language: "en", timezone: "UTC" });

const alert = (more) => ({ rule: "too_hot", device: "d", reading: null, room: null, category: "technical", severity: "warn", state: "firing", began_at: 1, since: 1, value: null, note: "", acked_by: null, silenced_until: null, inhibited_by: null, no_data_since: null, short_by: null, ...more });
const device = (more) => ({ id: "d", name: "Mic 3", kind: "microphone", room: null, status: "ok", reason: null, readings: {}, ...more });

test("only what fires, unsilenced and not explained by something graver, is open", () => {
  assert.ok(isOpen(alert()));
  assert.ok(isOpen(alert({ state: "recovering" })));
  for (const more of [{ state: "pending" }, { state: "resolved" }, { silenced_until: 5 }, { inhibited_by: "x" }]) assert.ok(!isOpen(alert(more)));
});

test("what somebody has taken on, or is mere information, is not urgent", () => {
  assert.ok(isUrgent(alert()));
  for (const more of [{ acked_by: "control" }, { severity: "info" }, { state: "recovering" }]) assert.ok(!isUrgent(alert(more)));
});

test("a person in need comes before any device, then gravity, then what nobody has", () => {
  const list = [
    ["taken", alert({ severity: "crit", acked_by: "x" })],
    ["warn", alert()],
    ["crit", alert({ severity: "crit" })],
    ["help", alert({ category: "medical", severity: "warn" })],
  ];
  assert.deepEqual(ranked(list).map(([id]) => id), ["help", "crit", "taken", "warn"]);
});

test("devices stand by room in the event's order, the homeless last", () => {
  const devices = [["a", device({ id: "a" })], ["b", device({ id: "b", room: "R1" })], ["c", device({ id: "c", room: "R0" })]];
  assert.deepEqual(byRoom(devices, ["R0", "R1", "R2"]).map(([room]) => room), ["R0", "R1", ""]);
  assert.deepEqual(census(devices), { ok: 3, warn: 0, crit: 0, unknown: 0 });
});

test("unknown is never drawn as well", () => {
  assert.equal(describe(device({ status: "unknown", reason: "link_stale" })).tone, "stale");
  assert.equal(describe(device({ status: "from the future" })).tone, "stale");
  assert.equal(tone(alert({ severity: "crit", no_data_since: 5 })), "stale");
});

test("an alert says who and what, with the value that tells", () => {
  const mic = device({ readings: { battery_bars: { value: 1, unit: "bars", quality: "good" } } });
  assert.equal(sentence(alert({ rule: "battery_bars_critical", reading: "battery_bars" }), mic), "Mic 3: battery nearly empty (1 of 5 bars)");
  assert.equal(sentence(alert({ rule: "battery_minutes_low", short_by: 14 * 60_000 }), mic), "Mic 3: ends 14 min before this item");
});

test("a call for help names its kind and keeps the note's overrides out", () => {
  assert.equal(sentence(alert({ device: null, category: "medical", rule: "help", note: "row\u202E 4" }), undefined), "Medical help: row 4");
});

test("readings without a value say nothing, switches say their word", () => {
  assert.equal(face("audio_dbfs", { value: null, unit: "dBFS" }), "");
  assert.equal(face("muted", { value: true, unit: "" }), "on");
  assert.equal(face("rf_dbm", { value: -62, unit: "dBm" }), "-62 dBm");
});

test("many devices that fell silent together are one line, a few are told one by one", () => {
  const silent = (n) => Array.from({ length: n }, (_, i) => [`s${i}`, alert({ rule: "link" })]);
  assert.deepEqual(folded([["hot", alert()], ...silent(4)]).map(({ key, count }) => [key, count]), [["hot", 1], ["silent", 4]]);
  assert.deepEqual(folded(silent(2)).map(({ key }) => key), ["s0", "s1"]);
});

test("the ticker hears once of many devices that came back together", () => {
  const back = (n) => Array.from({ length: n }, (_, i) => [`s${i}`, alert({ rule: "link", state: "resolved", since: 60_000 + i })]);
  assert.deepEqual([...happenings(back(4), () => device()).values()].map(({ text, tone: look }) => [text, look]), [["4 devices are heard again", "ok"]]);
  assert.equal(happenings(back(2), () => device()).size, 2);
});
