/**
 * Backstage: what those who run a room tell each other, with receipts.
 *
 * Owns    which topic a view needs, and telling the others that this desk has a message on its screen.
 * Never   stands on a page of the audience.
 * Used by the moderate, control, door and stage pages.
 */

import { boot } from "../desk.js";
import { define, Panel } from "../panel.js";
import { deskId, myName } from "./backstage/desk.js";
import { isFor, lacksReceipt } from "./backstage/model.js";

/** @import {Context} from "../panel.js" */
/** @import {Message} from "./backstage/model.js" */

/** What came in longer ago than this needs no receipt: a desk that opens is not told the whole day's news, ms. */
const RECENT = 3_600_000;

class BackstagePanel extends Panel {
  static ticks = true;
  static views = {
    moderate: () => import("./backstage/crew.js"),
    control: () => import("./backstage/crew.js"),
    door: () => import("./backstage/crew.js"),
    stage: () => import("./backstage/stage.js"),
  };

  /** @type {Set<string>} */
  #told = new Set();

  /** @param {Context} context */
  draw(context) {
    const messages = /** @type {Message[]} */ (/** @type {unknown} */ (this.each("message/").map(([, row]) => row)));
    messages.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    if (document.visibilityState === "visible") for (const message of messages) this.#receive(message, context.now);
    this.shown?.draw(messages, context.now);
  }

  /** @param {Message} message @param {number} now */
  #receive(message, now) {
    const isNews = isFor(message, boot.role) && lacksReceipt(message, deskId) && now - message.at < RECENT;
    if (!isNews || this.#told.has(message.id) || (boot.page === "stage") !== (boot.role === "stage")) return;
    this.#told.add(message.id);
    const args = { message: message.id, desk: deskId, name: myName() };
    this.link.send("backstage", "delivered", args).catch(() => this.#told.delete(message.id));
    // A browser lets a page shake only after somebody has touched it.
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(message.level === "urgent" ? [200, 80, 200, 80, 400] : 120);
  }
}

define("backstage", BackstagePanel);
