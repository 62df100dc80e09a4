/**
 * How a question on air is signed, wherever it is shown.
 *
 * Owns    the words for who asks and from where.
 * Never   shows a name with an invisible mark in it.
 * Used by the relay's views.
 */
import { tame } from "../../dom.js";
import { t } from "../../i18n.js";

/** @import {OnAir} from "./model.js" */
/** @typedef {{room: string, title: string, blank: boolean, air: OnAir|null}} Place a room and what is on air there */

/** Who asks and from where. @param {OnAir} air */
export const who = ({ name, origin }) => `${name ? tame(name) : t("anonymous")} · ${t(origin === "remote" ? "remote" : "in the room")}`;
