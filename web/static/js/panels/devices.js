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
import { happenings } from "./devices/happenings.js";
import { isUrgent, ranked } from "./devices/model.js";
import { view as wall } from "./devices/wall.js";

/** @import {Context} from "../panel.js" */
/** @typedef {{root: HTMLElement, draw: (context: Context) => void}} View */

/** @type {Record<string, (panel: Panel) => View>} */
const VIEWS = { wall, control };

class DevicesPanel extends Panel {
  static ticks = true;
  /** @type {View | null} */
  #shown = null;
  /** @type {string[]} */
  #told = [];

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
    for (const key of this.#told) this.tell(key, null);
    const items = happenings(alerts, (id) => this.row(`device/${id}`));
    for (const [key, item] of items) this.tell(key, item);
    this.#told = [...items.keys()];
    const urgent = ranked(alerts).filter(([, alert]) => isUrgent(alert));
    const grave = urgent.some(([, alert]) => alert["severity"] === "crit");
    this.attend(urgent.length === 0 ? "quiet" : grave ? "bad" : "warn", urgent.length);
  }
}

define("devices", DevicesPanel);
