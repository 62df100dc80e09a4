/**
 * Who changed what: the latest re-timings of a room, and the few that everybody should hear of.
 *
 * Owns    the list of changes on the desk, and what the page's ticker is told.
 * Never   takes a change back: that is the key for undo.
 * Used by the control view and the wall.
 */
import { whoWord } from "../../actor.js";
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, t } from "../../i18n.js";
import { MINUTE } from "./model.js";
import { changeWord, effectWord } from "./words.js";

/** @import {Change, Scene} from "./model.js" */

const SHOWN = 6;
const HEARD_FOR = 30 * MINUTE;

/** What the whole crew hears of, by the name of the event. */
const HEARD = new Set(["PlanAdopted", "ItemInserted", "ItemSkipped", "RoomArranged", "ChangeUndone"]);

/** Who did it; what rooms do by themselves is nobody's. @param {string} by */
const who = (by) => (by === "system" ? t("by itself") : whoWord(by));

/** The newest first. @param {Change[]} changes */
const latest = (changes) => [...changes].sort((a, b) => Number(b.id) - Number(a.id));

/** The list on the desk. */
export function changeLog() {
  const list = h("ol", { class: "list agenda-changes" });
  const root = h("section", { class: "card", attributes: { hidden: true }, aria: { label: t("who changed what") } },
    h("h3", { class: "agenda-section", text: t("who changed what") }), list);
  /** @param {Scene} scene */
  const draw = ({ changes }) => {
    root.hidden = changes.length === 0;
    keyed(list, latest(changes).slice(0, SHOWN), ({ id }) => id,
      () => h("li", { class: "agenda-change" }, h("span", { class: "count" }), h("span", { class: "agenda-change__what" }), h("span", { class: "count agenda-change__effect" }), h("small")),
      (element, change) => {
        const [time, what, effect, by] = element.children;
        if (!time || !what || !effect || !by) return;
        setText(time, formatClock(change.at));
        setText(what, changeWord(change));
        setText(effect, effectWord(change));
        setAttribute(effect, "data-more", change.effect > 0);
        setText(by, who(change.by));
      });
  };
  return { root, draw };
}

/** What the ticker hears of the rooms. @param {import("../../panel.js").Panel} panel */
export function ticker(panel) {
  const told = new Set();
  /** @param {Scene} scene @param {number} now */
  const tellLate = ({ room, items }, now) => {
    for (const item of items) {
      for (const { id, name, readiness, eta } of item.speakers) {
        const key = `late/${item.id}/${id}/${eta}`;
        if (readiness !== "away" || !eta || item.state !== "pending" || eta <= item.planned.start || told.has(key)) continue;
        told.add(key);
        const text = t("{room}: {name} is late and comes at {time}", { room: tame(room.title), name: tame(name), time: formatClock(eta) });
        panel.tell(`late/${item.id}/${id}`, { at: now, text, tone: "warn" });
      }
    }
  };
  /** @param {Scene[]} scenes @param {number} now */
  return (scenes, now) => {
    for (const scene of scenes) tellLate(scene, now);
    for (const { room, changes } of scenes) {
      for (const change of changes) {
        if (!HEARD.has(change.what) || now - change.at > HEARD_FOR || told.has(change.id)) continue;
        told.add(change.id);
        const text = `${tame(room.title)}: ${changeWord(change)} (${who(change.by)})`;
        panel.tell(`change/${change.id}`, { at: change.at, text, tone: change.what === "PlanAdopted" ? "ok" : "info" });
      }
    }
  };
}
