/**
 * A change of the order on its way: what it would do, and the two keys that decide.
 *
 * Owns    the change that is proposed, until it is applied or left.
 * Never   applies one that nobody has confirmed, or shows what the room has outrun.
 * Used by the rundown.
 */
import { h, setText } from "../../dom.js";
import { t } from "../../i18n.js";
import { outcome } from "./outcome.js";
import { button } from "./parts.js";

/** @import {Scene} from "./model.js" */
/** @typedef {{verb: "move"|"swap", args: Record<string, string>, title: string}} Proposal */

/** @param {import("../../panel.js").Panel} panel @param {() => void} changed whenever another change stands here, or none */
export function strip(panel, changed) {
  /** @type {Proposal|null} */
  let held = null;
  let room = "";
  /** The room's revision that the outcome rests on. @type {number|null} */
  let rests = null;
  const told = outcome(panel);
  const title = h("b", { class: "agenda-strip__title" });
  const apply = button(t("apply"), { key: "Enter", on: () => void act(), variant: "primary", class: "agenda-key" });
  const leave = button(t("leave it so"), { key: "Esc", on: () => drop(), variant: "quiet" });
  const root = h("div", { class: "agenda-strip", attributes: { hidden: true, role: "group" }, aria: { label: t("before it is applied") } },
    h("div", { class: "agenda-strip__head" }, title, apply, leave), told.root);

  const look = async () => {
    if (!held) return;
    const found = await told.ask(held.verb, held.args);
    if (found) rests = found.rev;
  };
  /** @param {Proposal} proposal */
  const propose = (proposal) => {
    held = proposal;
    rests = null;
    root.hidden = false;
    setText(title, proposal.title);
    void look();
    changed();
  };
  const drop = () => {
    if (!held) return false;
    held = null;
    root.hidden = true;
    told.clear();
    changed();
    return true;
  };
  const act = async () => {
    if (!held) return false;
    const { verb, args } = held;
    drop();
    await panel.ask("agenda", verb, args);
    return true;
  };

  /** @param {KeyboardEvent} event @returns {boolean} whether it decided something */
  const press = ({ key, target, isComposing }) => {
    if (!held || isComposing || (key !== "Enter" && key !== "Escape")) return false;
    if (key === "Enter" && target instanceof Element && target.closest(".agenda-strip")) return false;
    void (key === "Enter" ? act() : drop());
    return true;
  };

  /** @param {Scene} scene */
  const draw = (scene) => {
    if (scene.room.id !== room) drop();
    room = scene.room.id;
    if (held && rests !== null && rests !== scene.room.rev) {
      rests = null;
      void look();
    }
  };
  return { root, propose, draw, press, pending: () => held };
}
