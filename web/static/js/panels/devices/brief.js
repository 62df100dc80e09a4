/**
 * Devices for somebody who is busy with something else: this room's trouble, and the button for help.
 *
 * Owns    the arrangement of the brief view.
 * Never   lists what is well.
 * Used by the devices panel on the moderator's and the door's page.
 */

import { h, keyed } from "../../dom.js";
import { t } from "../../i18n.js";
import { alertCards } from "./alert.js";
import { helpButton } from "./help.js";
import { ranked } from "./model.js";

/** @import {Context, Panel} from "../../panel.js" */

/** @param {Panel} panel */
export function view(panel) {
  const cards = alertCards(panel, false);
  const list = h("ul", { class: "device-alerts" });
  const calm = h("p", { class: "devices-none", text: t(panel.room ? "No device of this room needs a hand." : "Nothing needs a hand.") });
  const root = h("div", { class: "devices-view devices-brief" }, h("div", { class: "devices-brief__list" }, calm, list), helpButton(panel));

  /** @param {Context} context */
  const draw = ({ tick }) => {
    if (tick) return;
    const open = ranked(panel.each("alert/"));
    calm.hidden = open.length > 0;
    keyed(list, open, ([id]) => id, cards.make, cards.update);
  };
  return { root, draw };
}
