/**
 * What the page's ticker is told of devices.
 *
 * Owns    which alerts are news, and that many devices lost or back together are one piece of it.
 * Never   touches the page.
 * Used by the devices panel.
 */

import { t } from "../../i18n.js";
import { folded, ranked } from "./model.js";
import { sentence, tone, wayBack } from "./words.js";

/** @import {Row} from "../../board.js" */
/** @import {Item} from "../../news.js" */

const TOGETHER = 3;
const MINUTE = 60_000;

/**
 * @param {[string, Row][]} alerts
 * @param {(id: string) => Row | undefined} deviceOf
 * @returns {Map<string, Item>}
 */
export function happenings(alerts, deviceOf) {
  /** @type {Map<string, Item>} */
  const items = new Map();
  for (const { key, alert, count } of folded(ranked(alerts))) {
    const text = count > 1 ? t("{n} devices are not heard from", { n: count }) : sentence(alert, deviceOf(alert["device"]));
    const look = tone(alert);
    items.set(`alert/${key}`, { at: alert["began_at"], text, tone: look === "stale" ? "warn" : look });
  }
  for (const [minute, group] of backByMinute(alerts)) {
    const [first] = group;
    if (group.length >= TOGETHER && first) items.set(`back/${minute}`, { at: first[1]["since"], text: t("{n} devices are heard again", { n: group.length }), tone: "ok" });
    else for (const [id, alert] of group) items.set(`alert/${id}`, { at: alert["since"], text: wayBack(alert, deviceOf(alert["device"])), tone: "ok" });
  }
  return items;
}

/**
 * Resolved alerts; those of silent devices together by the minute, every other for itself.
 *
 * @param {[string, Row][]} alerts
 * @returns {Map<string, [string, Row][]>}
 */
function backByMinute(alerts) {
  /** @type {Map<string, [string, Row][]>} */
  const groups = new Map();
  for (const entry of alerts.filter(([, alert]) => alert["state"] === "resolved")) {
    const [id, alert] = entry;
    const key = alert["rule"] === "link" ? String(Math.floor(alert["since"] / MINUTE)) : id;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}
