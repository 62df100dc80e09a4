/**
 * Devices: what needs a hand now, and the board of everything else.
 *
 * Owns    which view stands on which page, and what the page is told of alerts.
 * Never   judges a reading: rules run in the server.
 * Used by wall, control, moderate and door.
 */

import { Panel, define } from "../panel.js";
import "./devices/labels.js";
import { view as brief } from "./devices/brief.js";
import { view as control } from "./devices/control.js";
import { isOpen, isUrgent, ranked } from "./devices/model.js";
import { view as wall } from "./devices/wall.js";
import { sentence, tone, wayBack } from "./devices/words.js";

/** @import {Context} from "../panel.js" */
/** @typedef {{root: HTMLElement, draw: (context: Context) => void}} View */

/** @type {Record<string, (panel: Panel) => View>} */
const VIEWS = { wall, control };

class DevicesPanel extends Panel {
  static ticks = true;
  /** @type {View | null} */
  #shown = null;

  /** @param {Context} context */
  draw(context) {
    if (!this.#shown) {
      this.#shown = (VIEWS[this.view] ?? brief)(this);
      this.replaceChildren(this.#shown.root);
    }
    if (!context.tick) this.#report();
    this.#shown.draw(context);
  }

  #report() {
    const alerts = this.each("alert/");
    for (const [id, alert] of alerts) {
      const device = this.row(`device/${alert["device"]}`);
      if (isOpen(alert)) this.tell(`alert/${id}`, { at: alert["began_at"], text: sentence(alert, device), tone: newsTone(alert) });
      else if (alert["state"] === "resolved") this.tell(`alert/${id}`, { at: alert["since"], text: wayBack(alert, device), tone: "ok" });
      else this.tell(`alert/${id}`, null);
    }
    const urgent = ranked(alerts).filter(([, alert]) => isUrgent(alert));
    const grave = urgent.some(([, alert]) => alert["severity"] === "crit");
    this.attend(urgent.length === 0 ? "quiet" : grave ? "bad" : "warn", urgent.length);
  }
}

/** @param {import("../board.js").Row} alert */
function newsTone(alert) {
  const look = tone(alert);
  return look === "stale" ? "warn" : look;
}

define("devices", DevicesPanel);
