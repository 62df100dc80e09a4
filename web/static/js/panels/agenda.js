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
import { attendee } from "./agenda/attendee.js";
import { control } from "./agenda/control.js";
import { sceneOf, wholeSecond } from "./agenda/model.js";
import { moderate } from "./agenda/moderate.js";
import { overlay } from "./agenda/overlay.js";
import { stage } from "./agenda/stage.js";
import { wall } from "./agenda/wall.js";

/** @import {Scene} from "./agenda/model.js" */
/** @import {Context} from "../panel.js" */
/** @typedef {{root: HTMLElement, draw: (scenes: Scene[], now: number, changed: Set<string>) => void}} View */

/** @type {Record<string, (panel: Panel) => View>} */
const VIEWS = { wall, control, moderate, stage, attendee, overlay };

/** @param {Panel} panel @returns {string[]} the rooms it shows */
const roomsOf = (panel) => (panel.room ? [panel.room] : boot.rooms.map(({ id }) => id));

class AgendaPanel extends Panel {
  static ticks = true;

  /** @param {Panel} panel */
  static topics(panel) {
    return roomsOf(panel).map((room) => `agenda/${room}`);
  }

  /** @type {View|null} */
  #shown = null;

  /** @param {Context} context */
  draw({ now, changed }) {
    const instant = wholeSecond(now);
    const scenes = roomsOf(this).flatMap((room) => sceneOf(this.rows(`agenda/${room}`), instant) ?? []);
    if (scenes.length === 0) return this.#silence();
    if (!this.#shown) {
      this.#shown = (VIEWS[this.view] ?? wall)(this);
      this.replaceChildren(this.#shown.root);
    }
    this.#shown.draw(scenes, instant, changed);
  }

  #silence() {
    this.#shown = null;
    const sentence = t("No agenda yet. Put an agenda file into the event's folder and import it.");
    if (!this.querySelector(".placeholder")) this.replaceChildren(this.placeholder("empty", sentence));
  }
}

define("agenda", AgendaPanel);
