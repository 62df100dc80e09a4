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
import { attendee, moderate, overlay, stage, wall } from "./relay/views.js";

/** @import {Context} from "../panel.js" */
/** @import {View} from "./relay/views.js" */

/** @type {Record<string, (panel: Panel) => View>} */
const VIEWS = { wall, control: wall, moderate, stage, overlay, attendee };

/** @param {Panel} panel @returns {string[]} the rooms it shows */
const roomsOf = (panel) => (panel.room ? [panel.room] : boot.rooms.map(({ id }) => id));

class RelayPanel extends Panel {
  static ticks = true;

  /** Of one room the questions' own row is read as well: it holds the kill key. @param {Panel} panel */
  static topics(panel) {
    return roomsOf(panel).flatMap((room) => (panel.room ? [`relay/${room}`, `questions/${room}`] : [`relay/${room}`]));
  }

  /** @type {View|null} */
  #shown = null;

  /** @param {Context} context */
  draw({ now }) {
    if (!this.#shown) {
      this.#shown = (VIEWS[this.view] ?? wall)(this);
      this.replaceChildren(this.#shown.root);
    }
    this.#shown.draw(roomsOf(this).map((room) => this.#place(room)), now);
  }

  /** @param {string} room */
  #place(room) {
    const handover = /** @type {any} */ (this.row("handover", `relay/${room}`));
    const qa = this.row("qa", `questions/${room}`);
    return { room, title: roomTitle(room), blank: Boolean(qa?.["blank"]), air: onAir(handover, qa) };
  }
}

define("relay", RelayPanel);
