/**
 * Which alerts count, in which order, and how devices stand together.
 *
 * Owns    the order and the grouping of rows.
 * Never   touches the page or reads a clock.
 * Used by the device views.
 */

/** @import {Row} from "../../board.js" */

const TOGETHER = 3;
/** @type {Record<string, number>} */
const GRAVITY = { info: 0, warn: 1, crit: 2 };

/**
 * Whether an alert stands: it fires, and neither a silence nor a graver cause makes it redundant.
 *
 * @param {Row} alert
 */
export function isOpen(alert) {
  return (alert["state"] === "firing" || alert["state"] === "recovering") && !alert["inhibited_by"] && !alert["silenced_until"];
}

/**
 * Whether it stands and nobody has taken it on.
 *
 * @param {Row} alert
 */
export function isUrgent(alert) {
  return isOpen(alert) && alert["state"] === "firing" && !alert["acked_by"] && alert["severity"] !== "info";
}

/**
 * Whether a person is in need, rather than a thing.
 *
 * @param {Row} alert
 */
export function isEmergency(alert) {
  return alert["category"] === "medical" || alert["category"] === "security";
}

/** @param {Row} alert */
function weight(alert) {
  return (isEmergency(alert) ? 8 : 0) + (GRAVITY[alert["severity"]] ?? 0) * 2 + (isUrgent(alert) ? 1 : 0);
}

/**
 * Open alerts, the one to act on first at the top.
 *
 * @param {[string, Row][]} alerts
 * @returns {[string, Row][]}
 */
export function ranked(alerts) {
  return alerts.filter(([, alert]) => isOpen(alert)).sort(([, a], [, b]) => weight(b) - weight(a) || b["began_at"] - a["began_at"]);
}

/**
 * Devices by room, rooms in the event's order, those without a room last.
 *
 * @param {[string, Row][]} devices
 * @param {string[]} rooms
 * @returns {[string, Row[]][]}
 */
export function byRoom(devices, rooms) {
  /** @type {Map<string, Row[]>} */
  const groups = new Map(rooms.map((room) => [room, []]));
  for (const [, device] of devices) {
    const room = device["room"] ?? "";
    if (!groups.has(room)) groups.set(room, []);
    groups.get(room)?.push(device);
  }
  for (const group of groups.values()) group.sort((a, b) => a["kind"].localeCompare(b["kind"]) || a["name"].localeCompare(b["name"]));
  const known = [...groups].filter(([, group]) => group.length > 0);
  return known.sort(([a], [b]) => Number(a === "") - Number(b === ""));
}

/**
 * How many devices are in each condition.
 *
 * @param {[string, Row][]} devices
 * @returns {Record<"ok" | "warn" | "crit" | "unknown", number>}
 */
export function census(devices) {
  const count = { ok: 0, warn: 0, crit: 0, unknown: 0 };
  for (const [, device] of devices) count[/** @type {"ok"} */ (device["status"])] += 1;
  return count;
}

/**
 * Alerts for a glance: many devices that fell silent together are one piece of news, not twenty.
 *
 * @param {[string, Row][]} alerts ranked
 * @returns {{key: string, alert: Row, count: number}[]}
 */
export function folded(alerts) {
  const silent = alerts.filter(([, alert]) => alert["rule"] === "link" && !alert["acked_by"]);
  const together = silent.length >= TOGETHER;
  /** @type {{key: string, alert: Row, count: number}[]} */
  const lines = [];
  for (const [id, alert] of alerts) {
    const same = together && silent.some(([other]) => other === id);
    if (!same) lines.push({ key: id, alert, count: 1 });
    else if (id === silent[0]?.[0]) lines.push({ key: "silent", alert, count: silent.length });
  }
  return lines;
}
