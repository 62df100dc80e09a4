/**
 * Devices and alerts for the eye: sign, word and tone always travel together.
 *
 * Owns    the sentence of an alert, the tone of a status, the face of a reading.
 * Never   touches the page.
 * Used by the device views.
 */

import { tame } from "../../dom.js";
import { formatNumber, formatSpan, t } from "../../i18n.js";
import { RULES } from "./labels.js";
import { isEmergency } from "./model.js";

/** @import {Row} from "../../board.js" */
/** @typedef {"ok" | "warn" | "bad" | "stale" | "info"} Tone */

/** @type {Record<string, Tone>} */
const STATUS_TONES = { ok: "ok", warn: "warn", crit: "bad", unknown: "stale" };
/** @type {Record<string, string>} */
const STATUS_WORDS = { ok: "well", warn: "needs care", crit: "failing", unknown: "not known" };
/** @type {Record<string, Tone>} */
const SEVERITY_TONES = { info: "info", warn: "warn", crit: "bad" };
/** @type {Record<string, string>} */
const CATEGORIES = { medical: "Medical help", security: "Security", venue: "Venue", technical: "Technical help" };
/** @type {Record<string, string>} */
const KINDS = { mic: "mic", microphone: "mic", projector: "projector", camera: "camera", network: "network", switch: "network", screen: "screen", display: "screen", scanner: "scanner", encoder: "live", stream: "live" };
/** @type {Record<string, string>} */
const READINGS = { battery_bars: "battery", battery_minutes: "battery", battery_percent: "battery", rf_dbm: "radio", audio_dbfs: "audio", temperature: "temperature", cpu: "load", lamp_hours: "lamp", disk_minutes: "disk", dropped_percent: "dropped", congestion: "congestion", power: "power", signal: "signal", stream: "stream", muted: "muted", ping: "ping" };
const FIRST = ["battery_minutes", "battery_percent", "battery_bars", "power", "stream", "signal", "rf_dbm", "audio_dbfs", "muted", "dropped_percent", "disk_minutes", "temperature", "lamp_hours", "cpu", "ping"];

/** @param {string} category */
export const categoryWord = (category) => t(CATEGORIES[category] ?? "Technical help");

/** @param {string} kind */
export const kindIcon = (kind) => KINDS[kind] ?? "device";

/**
 * How a device fares.
 *
 * @param {Row} device
 * @returns {{tone: Tone, word: string}}
 */
export function describe(device) {
  const tone = STATUS_TONES[device["status"]] ?? "stale";
  const reason = device["reason"];
  return { tone, word: reason ? ruleWord(reason) : t(STATUS_WORDS[device["status"]] ?? "not known") };
}

/** @param {string} rule an id of a rule or a reason */
export function ruleWord(rule) {
  const known = RULES[rule];
  return known ? t(known) : tame(rule.replaceAll("_", " "));
}

/** @param {Row} alert @returns {Tone} */
export function tone(alert) {
  if (alert["no_data_since"]) return "stale";
  return SEVERITY_TONES[alert["severity"]] ?? "warn";
}

/**
 * What an alert says: who, what, and what it means.
 *
 * @param {Row} alert
 * @param {Row | undefined} device
 */
export function sentence(alert, device) {
  const who = device ? tame(device["name"]) : (alert["device"] ?? "");
  if (!who) return called(alert);
  return t("{who}: {what}", { who, what: meaning(alert, device) });
}

/** @param {Row} alert */
function called(alert) {
  const note = tame(alert["note"] || (alert["rule"] in RULES ? ruleWord(alert["rule"]) : ""));
  const what = isEmergency(alert) || alert["category"] === "venue" ? categoryWord(alert["category"]) : "";
  if (what && note) return t("{who}: {what}", { who: what, what: note });
  return what || note || ruleWord(alert["rule"]);
}

/**
 * @param {Row} alert
 * @param {Row | undefined} device
 */
function meaning(alert, device) {
  const short = alert["short_by"];
  if (typeof short === "number" && short > 0) return t("ends {span} before this item", { span: formatSpan(short) });
  const what = alert["note"] && alert["rule"] === "self_reported" ? tame(alert["note"]) : ruleWord(alert["rule"]);
  const value = device && alert["reading"] ? face(alert["reading"], device["readings"][alert["reading"]] ?? { value: alert["value"], unit: "" }) : "";
  if (typeof short === "number") return t("{what}, lasts {span} beyond this item", { what, span: formatSpan(-short) });
  return value ? t("{what} ({value})", { what, value }) : what;
}

/**
 * That an alert is over.
 *
 * @param {Row} alert
 * @param {Row | undefined} device
 */
export function wayBack(alert, device) {
  const who = device ? tame(device["name"]) : called(alert);
  return t("{who} is well again", { who });
}

/**
 * A reading's value with its unit.
 *
 * @param {string} name
 * @param {Row} reading
 * @returns {string} empty when there is nothing to say
 */
export function face(name, reading) {
  const value = reading["value"];
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return t(value ? "on" : "off");
  if (typeof value === "number") {
    if (name === "battery_bars") return t("{n} of 5 bars", { n: value });
    if (name === "battery_minutes" || name === "disk_minutes") return formatSpan(value * 60_000);
    return `${formatNumber(value)}${reading["unit"] ? ` ${reading["unit"]}` : ""}`;
  }
  return t(tame(String(value)));
}

/**
 * The readings worth a glance, the telling ones first.
 *
 * @param {Row} device
 * @param {number} most
 * @returns {{name: string, label: string, value: string, quality: string}[]}
 */
export function glance(device, most) {
  const readings = device["readings"];
  const names = FIRST.filter((name) => name in readings && face(name, readings[name]) !== "");
  return names.slice(0, most).map((name) => ({ name, label: t(READINGS[name] ?? name), value: face(name, readings[name]), quality: readings[name]["quality"] }));
}
