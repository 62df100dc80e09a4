/**
 * Devices: what needs a hand now, and the board of everything else.
 *
 * Owns    which view stands on which page, and what the page is told of alerts.
 * Never   judges a reading: rules run in the server.
 * Used by wall, control, moderate and door.
 */

import { Panel, define } from "../panel.js";
import "./devices/labels.js";
import { happenings } from "./devices/happenings.js";
import { isUrgent, ranked } from "./devices/model.js";

/** @import {Context} from "../panel.js" */
const brief = () => import("./devices/brief.js");

class DevicesPanel extends Panel {
  static ticks = true;
  static views = {
    wall: () => import("./devices/wall.js"),
    control: () => import("./devices/control.js"),
    moderate: brief,
    door: brief,
  };

  /** @type {string[]} */
  #told = [];

  /** @param {Context} context */
  draw(context) {
    if (!context.tick) this.#report();
    super.draw(context);
  }

  #report() {
    const alerts = this.each("alert/");
    for (const key of this.#told) this.tell(key, null);
    const items = happenings(alerts, (id) => this.row(`device/${id}`));
    for (const [key, item] of items) this.tell(key, item);
    this.#told = [...items.keys()];
    const open = ranked(alerts);
    const urgent = open.filter(([, alert]) => isUrgent(alert));
    const grave = urgent.some(([, alert]) => alert["severity"] === "crit");
    if (urgent.length > 0) this.attend(grave ? "bad" : "warn", urgent.length);
    else this.attend("quiet", open.length);
  }
}

define("devices", DevicesPanel);
