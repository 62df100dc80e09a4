/**
 * The late guest: who, from when, and what could be done about it.
 *
 * Owns    the dialog that asks the server for plans, and adopts one of them.
 * Never   makes or ranks a plan; never adopts one that the room has outrun.
 * Used by the control and moderate views of the agenda panel.
 */
import { h, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, t } from "../../i18n.js";
import { explain, toast } from "../../toast.js";
import { MINUTE, startOf } from "./model.js";
import { planCard, steps } from "./plan.js";
import { button } from "./parts.js";
import { candidates, changesAnything, dueFor, firstLate, instantOf, meets, pictureOf } from "./plans.js";

/** @import {CommandError} from "../../command.js" */
/** @import {ItemRow, Scene} from "./model.js" */
/** @import {Plan} from "./plans.js" */

const DELAYS = [5, 10, 15, 20, 30];
const USUAL = 10;
const UNDO_SHOWN = 20_000;

/** @param {import("../../panel.js").Panel} panel */
export function lateGuest(panel) {
  /** @type {Scene|null} */
  let scene = null;
  /** @type {ItemRow|null} */
  let item = null;
  let there = 0;
  /** The room's revision that the plans shown rest on; null while none are. @type {number|null} */
  let rests = null;
  let turn = 0;

  const who = h("select", { attributes: { name: "item" }, on: { change: () => pickItem(who.value) } });
  // Plain text: a browser would show a time of day by its own country's habits, not by the event's.
  const time = h("input", { class: "count", attributes: { type: "text", name: "time", inputmode: "numeric", autocomplete: "off", maxlength: 5, placeholder: "09:41" }, on: { change: () => pickTime() } });
  const delays = h("div", { class: "segmented", attributes: { role: "group" }, aria: { label: t("minutes after it should begin") } },
    ...DELAYS.map((minutes) => h("button", { text: t("+{n} min", { n: minutes }), data: { delay: minutes }, attributes: { type: "button" }, on: { click: () => pickDelay(minutes) } })));
  const said = h("p", { class: "agenda-late__said", attributes: { role: "status" } });
  const again = button(t("make new plans"), { on: () => void ask(), variant: "primary" });
  const plans = h("ol", { class: "agenda-late__plans" });
  /** @type {HTMLDialogElement} */
  const root = h("dialog", { class: "dialog agenda-late", aria: { label: t("late guest") }, on: { click: (event) => event.target === root && root.close() } },
    h("header", { class: "agenda-late__head" }, h("h3", { text: t("late guest") }), button(t("close"), { on: () => root.close(), variant: "quiet" })),
    h("div", { class: "agenda-late__ask" }, field("who is late", who), delays, field("there at", time)),
    h("div", { class: "agenda-late__state" }, said, again),
    plans);

  const open = () => {
    const first = scene && firstLate(scene);
    if (!scene || !first || root.open) return;
    who.replaceChildren(...candidates(scene).map((one) => h("option", { text: label(one), attributes: { value: one.id } })));
    who.value = first.id;
    root.showModal();
    pickItem(first.id);
    /** @type {HTMLElement|null} */ (delays.querySelector("[aria-pressed=true]"))?.focus();
  };

  const pickItem = (/** @type {string} */ id) => {
    item = scene?.items.find((one) => one.id === id) ?? null;
    if (!item) return;
    const due = dueFor(item, panel.now());
    const told = Math.max(0, ...item.speakers.map(({ eta }) => eta ?? 0));
    if (told > due) choose(told, null);
    else choose(due + USUAL * MINUTE, USUAL);
  };
  const pickDelay = (/** @type {number} */ minutes) => item && choose(dueFor(item, panel.now()) + minutes * MINUTE, minutes);
  const pickTime = () => {
    const instant = item && instantOf(time.value, dueFor(item, panel.now()), formatClock);
    if (instant) return choose(instant, null);
    setAttribute(time, "aria-invalid", "true");
    time.select();
  };

  /** @param {number} instant @param {number|null} minutes the delay that it is, if one of those offered */
  const choose = (instant, minutes) => {
    there = instant;
    time.value = formatClock(instant);
    setAttribute(time, "aria-invalid", null);
    for (const one of delays.children) setAttribute(one, "aria-pressed", String(one.getAttribute("data-delay") === String(minutes)));
    void ask();
  };

  const say = (/** @type {string} */ sentence, /** @type {string} */ tone, isOld = false) => {
    setText(said, sentence);
    setAttribute(said, "data-tone", tone);
    again.hidden = !isOld;
    setAttribute(plans, "data-old", isOld);
    setAttribute(plans, "inert", isOld);
  };
  const outrun = () => {
    rests = null;
    say(t("The room has changed since these plans were made."), "warn", true);
  };

  async function ask() {
    if (!scene || !item) return;
    const mine = (turn += 1);
    rests = null;
    say(t("looking for plans…"), "info");
    setAttribute(plans, "inert", true);
    try {
      const answer = await panel.link.send("agenda", "suggest", { room: scene.room.id, item: item.id, available_at: there });
      if (mine === turn) show(answer.proposals, answer.rev);
    } catch (error) {
      if (mine === turn) refused(/** @type {CommandError} */ (error));
    }
  }

  /** @param {Plan[]} found @param {number} rev */
  const show = (found, rev) => {
    const [best] = found;
    const late = item;
    if (!scene || !late) return;
    rests = rev;
    if (!best) say(t("There is no plan for this: change the rundown by hand."), "warn");
    else if (meets(best)) say(t("the best plan meets the target {time}", { time: formatClock(best.target) }), "ok");
    else say(t("no plan meets the target {time}", { time: formatClock(best.target) }), "bad");
    const held = scene;
    plans.replaceChildren(...found.map((plan, place) =>
      planCard(plan, pictureOf(held, plan, late.id, panel.now()), place + 1, () => void adopt(plan))));
  };

  /** @param {CommandError} error */
  const refused = (error) => (error.code === "conflict" ? outrun() : say(explain(error), "bad", true));

  /** @param {Plan} plan */
  async function adopt(plan) {
    if (!changesAnything(plan)) return root.close();
    const mine = (turn += 1);
    rests = null;
    setAttribute(plans, "inert", true);
    try {
      const { room, rev } = await panel.link.send("agenda", "adopt", { proposal: plan.id });
      root.close();
      // Bound to the revision: what somebody did meanwhile is not taken back in place of this.
      const undo = () => void panel.ask("agenda", "undo", { room }, { rev });
      toast(t("Adopted: {steps}", { steps: steps(plan).join(" · ") }), { tone: "ok", shown: UNDO_SHOWN, action: { label: t("undo"), run: undo } });
    } catch (error) {
      if (mine === turn) refused(/** @type {CommandError} */ (error));
    }
  }

  /** @param {Scene} seen */
  const draw = (seen) => {
    scene = seen;
    if (root.open && rests !== null && seen.room.rev !== rests) outrun();
  };

  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.key.toLowerCase() !== "l" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.closest("input, textarea, select") || document.querySelector("dialog[open]") || panel.hidden) return;
    event.preventDefault();
    open();
  }, { signal: panel.signal });
  return { root, draw, open };
}

/** @param {ItemRow} item */
function label(item) {
  const people = item.speakers.map(({ name }) => tame(name)).join(", ");
  return [formatClock(startOf(item)), people, tame(item.title)].filter(Boolean).join(" · ");
}

/** @param {string} word @param {HTMLElement} control */
const field = (word, control) => h("label", { class: "field" }, h("span", { class: "field__label", text: t(word) }), control);
