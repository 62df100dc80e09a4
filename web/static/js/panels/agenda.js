/**
 * The agenda on every page: one element, a view for each page.
 *
 * Owns    which topics a view needs and which view a page gets.
 * Never   draws by itself: the views do.
 * Used by every page.
 */
import { boot } from "../desk.js";
import { Panel, define } from "../panel.js";
import { t } from "../i18n.js";
import "./agenda/labels.js";
import { sceneOf, wholeSecond } from "./agenda/model.js";

/** @import {Scene} from "./agenda/model.js" */
/** @import {Context} from "../panel.js" */
/** What each view draws. @typedef {(scenes: Scene[], now: number, changed: Set<string>) => void} Draws */

/** @param {Panel} panel @returns {string[]} the rooms it shows */
const roomsOf = (panel) => (panel.room ? [panel.room] : boot.rooms.map(({ id }) => id));

class AgendaPanel extends Panel {
  static ticks = true;
  static views = {
    wall: () => import("./agenda/wall.js"),
    control: () => import("./agenda/control.js"),
    moderate: () => import("./agenda/moderate.js"),
    stage: () => import("./agenda/stage.js"),
    attendee: () => import("./agenda/attendee.js"),
    overlay: () => import("./agenda/overlay.js"),
  };

  /** @param {Panel} panel */
  static topics(panel) {
    return roomsOf(panel).map((room) => `agenda/${room}`);
  }

  /** @param {Context} context */
  draw({ now, changed }) {
    if (!this.shown) return;
    const instant = wholeSecond(now);
    const scenes = roomsOf(this).flatMap((room) => sceneOf(this.rows(`agenda/${room}`), instant) ?? []);
    const root = scenes.length > 0 ? this.shown.root : this.#silence;
    if (root instanceof HTMLElement && !root.isConnected) this.replaceChildren(root);
    if (scenes.length > 0) this.shown.draw(scenes, instant, changed);
  }

  #silence = this.placeholder("empty", t("No agenda yet. Put an agenda file into the event's folder and import it."));
}

define("agenda", AgendaPanel);
