/**
 * The people to be called before they are on.
 *
 * Owns    the list of calls that are due, missed or held, and the button that says "I have called".
 * Never   calls anybody itself.
 * Used by the control and moderate views of the agenda panel.
 */
import { h, keyed, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, t } from "../../i18n.js";
import { MINUTE } from "./model.js";
import { pressing } from "./notices.js";
import { button, roleWord } from "./parts.js";

/** @import {CallRow, Scene} from "./model.js" */

const SOON = 15 * MINUTE;
/** What is farther down has time until these are done. */
const MOST = 8;
const STATES = /** @type {Record<string, [string, string]>} */ ({
  due: ["call now", "warn"], missed: ["nobody answered", "bad"], held: ["held", "stale"], waiting: ["waiting", "info"],
});

/** @param {import("../../panel.js").Panel} panel */
export function calls(panel) {
  const list = h("ul", { class: "list agenda-calls" });
  const root = h("section", { class: "card", attributes: { hidden: true }, aria: { label: t("calls") } },
    h("h3", { class: "agenda-section", text: t("calls") }), list);

  const make = (/** @type {{call: CallRow}} */ { call }) => h("li", { class: "agenda-call" },
    h("span", { class: "count agenda-call__time" }), h("span", { class: "agenda-call__who" }), h("span", { class: "badge" }),
    button(t("called"), { on: () => void panel.ask("agenda", "ack_call", { call: call.id }) }));

  const update = (/** @type {Element} */ element, /** @type {{call: CallRow, title: string}} */ { call, title }) => {
    const [time, who, badge, done] = /** @type {HTMLElement[]} */ ([...element.children]);
    const [word, tone] = STATES[call.state] ?? [call.state, "info"];
    if (time) setText(time, formatClock(call.due_at));
    if (who) setText(who, `${tame(call.name) || roleWord(call.role)} · ${tame(title)}`);
    if (badge) setText(badge, t(word));
    if (badge) setAttribute(badge, "data-tone", tone);
    if (done) done.hidden = call.state === "held" || call.state === "waiting";
  };

  /** @param {Scene[]} scenes @param {number} now */
  const draw = (scenes, now) => {
    const open = scenes.flatMap((scene) => pressing(scene)
      .filter(({ state, due_at: due }) => state in STATES && (state !== "waiting" || due - now < SOON))
      .map((call) => ({ call, title: scene.items.find(({ id }) => id === call.item)?.title ?? "" })));
    open.sort((a, b) => a.call.due_at - b.call.due_at);
    root.hidden = open.length === 0;
    keyed(list, open.slice(0, MOST), ({ call }) => call.id, make, update);
  };
  return { root, draw };
}
