/**
 * What a room's crowd taps: keys for the crowd, a small meter for everybody who works with it.
 *
 * Owns    which topics a view needs and which view a page gets.
 * Never   counts: the server does, over its last seconds.
 * Used by the moderate, wall, overlay and attendee pages.
 */

import { Panel, define } from "../panel.js";

class ReactionsPanel extends Panel {
  static views = {
    attendee: () => import("./reactions/attendee.js"),
    moderate: () => import("./reactions/meter.js"),
    wall: () => import("./reactions/meter.js"),
    overlay: () => import("./reactions/meter.js"),
  };

  /** @param {Panel} panel */
  static topics(panel) {
    return [panel.room === null ? "reactions" : `reactions/${panel.room}`];
  }
}

define("reactions", ReactionsPanel);
