/**
 * Devices on the wall: the worst first in large type, the rest of the trouble under it, the board below.
 *
 * Owns    the arrangement of the wall view.
 * Never   shows a reading that nobody needs from five metres.
 * Used by the devices panel on the wall.
 */

import { whoWord } from "../../actor.js";
import { boot } from "../../desk.js";
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { t } from "../../i18n.js";
import { icon } from "../../icons.js";
import { byRoom, census, folded, isEmergency, isUrgent, ranked } from "./model.js";
import { describe, kindIcon, sentence, tone } from "./words.js";

/** @import {Row} from "../../board.js" */
/** @typedef {{key: string, alert: Row, count: number}} Line */
/** @import {Context, Panel} from "../../panel.js" */

const SHOWN = 3;
const ROOM_FOR_BOARD = 2;

/** @param {Panel} panel */
export function view(panel) {
  const calm = h("p", { class: "devices-calm" });
  const list = h("ul", { class: "devices-lead" });
  const more = h("p", { class: "devices-more" });
  const board = h("div", { class: "devices-board" });
  const counts = h("p", { class: "devices-counts" });
  const empty = panel.placeholder("empty", t("No devices are listed. Name them in event.toml under [[devices]] and import the folder again."));
  const root = h("div", { class: "devices-view" }, calm, list, more, board, counts, empty);

  /** @param {Context} context */
  const draw = ({ tick }) => {
    if (tick) return;
    const devices = panel.each("device/");
    const alerts = folded(ranked(panel.each("alert/")));
    const count = census(devices);
    empty.hidden = devices.length > 0 || alerts.length > 0;
    calm.hidden = devices.length === 0 || alerts.length > 0 || count.ok < devices.length;
    setText(calm, t("{n||All }{n} {n|device is|devices are} well", { n: devices.length }));
    keyed(list, alerts.slice(0, SHOWN), ({ key }) => key, line, (element, entry) => update(element, entry, panel, entry === alerts[0]));
    more.hidden = alerts.length <= SHOWN;
    setText(more, t("and {n} more", { n: alerts.length - SHOWN }));
    // Half a board is no board: with much trouble its place belongs to the trouble.
    board.hidden = alerts.length > ROOM_FOR_BOARD || devices.length === 0;
    keyed(board, byRoom(devices, boot.rooms.map(({ id }) => id)), ([room]) => room, group, (element, [room, group]) => drawGroup(element, room, group, panel));
    setAttribute(board, "data-cut", board.scrollHeight > board.clientHeight + 1);
    counts.hidden = calm.hidden === false || devices.length === 0;
    setText(counts, countWords(count));
  };
  return { root, draw };
}

function line() {
  return h("li", { class: "devices-lead__line" }, h("span", { class: "devices-lead__sign" }), h("span", { class: "devices-lead__text" }), h("span", { class: "devices-lead__room" }));
}

/**
 * @param {HTMLElement} element
 * @param {Line} line
 * @param {Panel} panel
 * @param {boolean} first the worst has space for its room
 */
function update(element, { alert, count }, panel, first) {
  const [sign, text, room] = [...element.children];
  if (!sign || !text || !room) return;
  const look = tone(alert);
  if (element.dataset["tone"] !== look) sign.replaceChildren(icon(isEmergency(alert) ? "medical" : look));
  setAttribute(element, "data-tone", look);
  setAttribute(element, "data-taken", !isUrgent(alert));
  setAttribute(element, "data-emergency", isEmergency(alert) && isUrgent(alert));
  setText(text, count > 1 ? t("{n} devices are not heard from", { n: count }) : sentence(alert, panel.row(`device/${alert["device"]}`)));
  const taken = alert["acked_by"] ? t("taken by {who}", { who: whoWord(alert["acked_by"]) }) : "";
  setText(room, [first && alert["room"] && count === 1 ? tame(panel.roomTitle(alert["room"])) : "", taken].filter(Boolean).join(" · "));
}

function group() {
  return h("div", { class: "devices-room" }, h("span", { class: "devices-room__name" }), h("span", { class: "devices-room__tiles" }));
}

/**
 * @param {HTMLElement} element
 * @param {string} room
 * @param {Row[]} devices
 * @param {Panel} panel
 */
function drawGroup(element, room, devices, panel) {
  const [name, tiles] = [...element.children];
  if (!name || !tiles) return;
  setText(name, room ? tame(panel.roomTitle(room)) : t("no room"));
  keyed(tiles, devices, (device) => device["id"], (device) => h("span", { class: "device-tile" }, icon(kindIcon(device["kind"]))), (tile, device) => {
    const { tone: look, word } = describe(device);
    setAttribute(tile, "data-tone", look);
    setAttribute(tile, "title", `${tame(device["name"])}: ${word}`);
  });
}

/** @param {ReturnType<typeof census>} count */
function countWords(count) {
  const words = [];
  if (count.crit > 0) words.push(t("{n} failing", { n: count.crit }));
  if (count.warn > 0) words.push(t("{n} {n|needs|need} care", { n: count.warn }));
  if (count.unknown > 0) words.push(t("{n} not known", { n: count.unknown }));
  words.push(t("{n} well", { n: count.ok }));
  return words.join(" · ");
}
