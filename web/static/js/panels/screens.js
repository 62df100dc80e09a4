/**
 * Screens: seen at the control desk only; on every page of the crew it says what the page is, and obeys.
 *
 * Owns    which page shows the list.
 * Never   draws or reports by itself.
 * Used by every page of the crew.
 */

import { Panel, define } from "../panel.js";
import "./screens/labels.js";
import { begin } from "./screens/presence.js";

class ScreensPanel extends Panel {
  static views = { control: () => import("./screens/control.js") };
}

define("screens", ScreensPanel);
begin();
