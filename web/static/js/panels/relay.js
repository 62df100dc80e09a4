/**
 * The question on air, on its way from the desk to the stage and every public display.
 *
 * Owns    which topics a view needs and which view a page gets.
 * Never   shows a question while the room's displays are blanked.
 * Used by the stage, overlay, moderate, wall, control and attendee pages.
 */
import { boot, roomTitle } from "../desk.js";
import { Panel, define } from "../panel.js";
import "./relay/labels.js";
import { onAir } from "./relay/model.js";

/** @import {Context} from "../panel.js" */

/** @param {Panel} panel @returns {string[]} the rooms it shows */
const roomsOf = (panel) => (panel.room ? [panel.room] : boot.rooms.map(({ id }) => id));

class RelayPanel extends Panel {
  static ticks = true;
  static views = {
    wall: () => import("./relay/wall.js"),
    moderate: () => import("./relay/moderate.js"),
    stage: () => import("./relay/stage.js"),
    overlay: () => import("./relay/overlay.js"),
    attendee: () => import("./relay/attendee.js"),
  };

  /** Of one room the questions' own row is read as well: it holds the kill key. @param {Panel} panel */
  static topics(panel) {
    return roomsOf(panel).flatMap((room) => (panel.room ? [`relay/${room}`, `questions/${room}`] : [`relay/${room}`]));
  }

  /** @param {Context} context */
  draw({ now }) {
    this.shown?.draw(roomsOf(this).map((room) => this.#place(room)), now);
  }

  /** @param {string} room */
  #place(room) {
    const handover = /** @type {any} */ (this.row("handover", `relay/${room}`));
    const qa = this.row("qa", `questions/${room}`);
    return { room, title: roomTitle(room), blank: Boolean(qa?.["blank"]), air: onAir(handover, qa) };
  }
}

define("relay", RelayPanel);
