/**
 * Devices at the control desk: alerts with what can be done, the board by room, and whom to call.
 *
 * Owns    the arrangement of the control view.
 * Never   judges a reading.
 * Used by the devices panel on the control page.
 */

import { boot } from "../../desk.js";
import { h, isolate, keyed, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, t } from "../../i18n.js";
import { icon } from "../../icons.js";
import { toast } from "../../toast.js";
import { alertCards } from "./alert.js";
import { helpButton } from "./help.js";
import { byRoom, ranked } from "./model.js";
import { categoryWord, describe, glance, kindIcon } from "./words.js";

/** @import {Row} from "../../board.js" */
/** @import {Context, Panel} from "../../panel.js" */

const GLANCED = 4;

/** @param {Panel} panel */
export function view(panel) {
  const cards = alertCards(panel, true);
  const alerts = h("ul", { class: "device-alerts" });
  const calm = h("p", { class: "devices-none", text: t("Nothing needs a hand.") });
  const board = h("div", { class: "device-groups" });
  const contacts = h("ul", { class: "device-contacts" });
  const empty = panel.placeholder("empty", t("No devices are listed. Name them in event.toml under [[devices]] and import the folder again."));
  const root = h("div", { class: "devices-view" }, h("div", { class: "panel__head" }, h("h2", { class: "panel__title", text: t("Devices") }), helpButton(panel)), alerts, calm, board, empty, contacts);

  /** @param {Context} context */
  const draw = ({ tick }) => {
    if (tick) return;
    const devices = panel.each("device/");
    const open = ranked(panel.each("alert/"));
    calm.hidden = open.length > 0 || devices.length === 0;
    empty.hidden = devices.length > 0;
    keyed(alerts, open, ([id]) => id, cards.make, cards.update);
    keyed(board, byRoom(devices, boot.rooms.map(({ id }) => id)), ([room]) => room, group, (element, [room, rows]) => drawGroup(element, room, rows, panel));
    keyed(contacts, panel.each("contact/"), ([id]) => id, contactLine);
  };
  return { root, draw };
}

function group() {
  return h("section", { class: "device-group" }, h("h3", { class: "panel__title" }), h("ul", { class: "list" }));
}

/**
 * @param {HTMLElement} element
 * @param {string} room
 * @param {Row[]} devices
 * @param {Panel} panel
 */
function drawGroup(element, room, devices, panel) {
  const [title, list] = [...element.children];
  if (!title || !list) return;
  setText(title, room ? tame(panel.roomTitle(room)) : t("no room"));
  keyed(list, devices, (device) => device["id"], deviceLine, (line, device) => drawDevice(line, device, panel));
}

/** @param {Row} device */
function deviceLine(device) {
  return h(
    "li",
    { class: "device-line" },
    h("details", null, h("summary", null, icon(kindIcon(device["kind"])), h("span", { class: "device-line__name" }), h("span", { class: "badge" }), h("span", { class: "device-line__readings" })), h("div", { class: "device-line__more" }, h("span", { class: "device-line__facts" }), h("span", { class: "device-line__backups" }))),
  );
}

/**
 * @param {HTMLElement} element
 * @param {Row} device
 * @param {Panel} panel
 */
function drawDevice(element, device, panel) {
  const [, name, badge, readings] = [...(element.querySelector("summary")?.children ?? [])];
  const known = element.querySelector(".device-line__facts");
  const backups = element.querySelector(".device-line__backups");
  if (!name || !badge || !readings || !known || !backups) return;
  const { tone, word } = describe(device);
  setText(name, tame(device["name"]));
  if (badge.getAttribute("data-word") !== word) badge.replaceChildren(icon(tone), word);
  setAttribute(badge, "data-word", word);
  setAttribute(badge, "data-tone", tone);
  setAttribute(element, "data-live", device["is_live"]);
  keyed(readings, glance(device, GLANCED), (each) => each.name, () => h("span", { class: "device-reading" }), (chip, each) => {
    setText(chip, `${each.label} ${each.value}`);
    setAttribute(chip, "data-quality", each.quality);
  });
  keyed(known, facts(device, panel), (fact) => fact, (fact) => h("span", { class: "chip", text: fact }));
  keyed(backups, /** @type {string[]} */ (device["backups"]), (backup) => backup, (backup) => backupButton(backup, device, panel));
}

/**
 * @param {Row} device
 * @param {Panel} panel
 */
function facts(device, panel) {
  const known = [];
  if (device["role"]) known.push(tame(device["role"]));
  if (device["is_live"]) known.push(t("on air"));
  if (device["stands_in_for"]) known.push(t("stands in for {device}", { device: nameOf(device["stands_in_for"], panel) }));
  if (device["heard_at"]) known.push(t("last heard {time}", { time: formatClock(device["heard_at"], undefined, { seconds: true }) }));
  if (device["lost"] > 0) known.push(t("{n} {n|report|reports} lost", { n: device["lost"] }));
  if (device["message"]) known.push(tame(device["message"]));
  return known;
}

/**
 * @param {string} backup
 * @param {Row} device
 * @param {Panel} panel
 */
function backupButton(backup, device, panel) {
  const label = t("Use {backup} instead", { backup: nameOf(backup, panel) });
  return h("button", { class: "button", data: { variant: "quiet" }, attributes: { type: "button" }, text: label, on: { click: () => void substitute(panel, device, backup) } });
}

/**
 * @param {Panel} panel
 * @param {Row} device
 * @param {string} backup
 */
async function substitute(panel, device, backup) {
  const done = await panel.ask("devices", "substitute", { device: device["id"], backup });
  if (done) toast(t("{backup} now stands in for {device}.", { backup: nameOf(backup, panel), device: tame(device["name"]) }), { tone: "ok" });
}

/**
 * @param {string} id
 * @param {Panel} panel
 */
function nameOf(id, panel) {
  return tame(panel.row(`device/${id}`)?.["name"] ?? id);
}

/** @param {[string, Row]} entry */
function contactLine([, contact]) {
  const duties = contact["categories"].map(categoryWord).join(" · ");
  const phone = contact["phone"] ? h("a", { attributes: { href: `tel:${contact["phone"].replace(/[^\d+]/g, "")}` }, text: contact["phone"] }) : null;
  return h("li", { class: "device-contact" }, h("strong", null, isolate(contact["name"])), h("span", { text: [tame(contact["role"]), duties].filter(Boolean).join(" · ") }), phone);
}
