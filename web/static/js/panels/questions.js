/**
 * The questions of a room: on the moderator's tablet, an attendee's phone, the wall and the control page.
 *
 * Owns    which look is loaded for which page.
 * Never   draws: the looks under `questions/` do.
 */

import { define, Panel } from "../panel.js";

/** @typedef {{render(): void}} Look */

/** @type {Record<string, (panel: QuestionsPanel) => Promise<Look>>} */
const LOOKS = {
  moderate: async (panel) => new (await import("./questions/moderate.js")).ModerateView(panel),
  attendee: async (panel) =>
    panel.room === null
      ? new (await import("./questions/chooser.js")).ChooserView(panel)
      : new (await import("./questions/attendee.js")).AttendeeView(panel),
  wall: async (panel) => new (await import("./questions/wall.js")).WallView(panel),
  control: async (panel) => new (await import("./questions/control.js")).ControlView(panel),
};

export class QuestionsPanel extends Panel {
  static ticks = true;

  /**
   * @param {Panel} panel
   * @returns {string[]}
   */
  static topics(panel) {
    if (!(panel.view in LOOKS)) return [];
    if (panel.view === "attendee") return panel.room === null ? ["agenda"] : [`questions/${panel.room}`, "me"];
    return [panel.room === null ? "questions" : `questions/${panel.room}`];
  }

  /** @type {Look | null} */
  #look = null;

  connectedCallback() {
    super.connectedCallback();
    const make = LOOKS[this.view];
    this.hidden = make === undefined;
    if (make && !this.#look) void make(this).then((look) => this.#wear(look));
  }

  draw() {
    this.#look?.render();
  }

  /** @param {Look} look */
  #wear(look) {
    this.#look = look;
    this.redraw();
  }
}

define("questions", QuestionsPanel);
