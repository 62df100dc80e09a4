/**
 * Questions: one queue on every page that has to do with it, each page its own view.
 *
 * Owns    which topics a view needs.
 * Never   draws by itself: the views do.
 * Used by the moderate, attendee, wall, control, door and overlay pages.
 */

import { define, Panel } from "../panel.js";

class QuestionsPanel extends Panel {
  static ticks = true;
  static views = {
    moderate: () => import("./questions/moderate.js"),
    /** @param {Panel} panel who has not said where they are is asked that first */
    attendee: (panel) => (panel.room === null ? import("./questions/chooser.js") : import("./questions/attendee.js")),
    wall: () => import("./questions/wall.js"),
    control: () => import("./questions/control.js"),
    door: () => import("./questions/door.js"),
    overlay: () => import("./questions/overlay.js"),
  };

  /**
   * @param {Panel} panel
   * @returns {string[]}
   */
  static topics(panel) {
    if (panel.view === "attendee") return panel.room === null ? ["agenda"] : [`questions/${panel.room}`, "me"];
    return [panel.room === null ? "questions" : `questions/${panel.room}`];
  }
}

define("questions", QuestionsPanel);
