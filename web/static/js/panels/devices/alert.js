/**
 * One alert as a card: what it says, since when, who has it, and what can be done.
 *
 * Owns    the card and its buttons.
 * Never   lets anybody act: the server does.
 * Used by the control view and the brief view of devices.
 */

import { whoWord } from "../../actor.js";
import { ask } from "../../ask.js";
import { boot } from "../../desk.js";
import { h, setAttribute, setText, tame } from "../../dom.js";
import { formatClock, t } from "../../i18n.js";
import { icon } from "../../icons.js";
import { toast } from "../../toast.js";
import { isEmergency, isUrgent } from "./model.js";
import { sentence, tone } from "./words.js";

/** @import {Row} from "../../board.js" */
/** @import {Panel} from "../../panel.js" */

const SILENCE = 30 * 60_000;
/** Nobody is offered what the server would refuse them. */
const STEERING = new Set(["control", "moderator"]);

/**
 * @param {Panel} panel
 * @param {boolean} full whether resolving and silencing are offered too
 */
export function alertCards(panel, full) {
  /** @param {[string, Row]} entry */
  const make = ([id]) =>
    h(
      "li",
      { class: "card device-alert" },
      h("span", { class: "device-alert__sign" }),
      h("div", { class: "device-alert__text" }, h("strong"), h("span", { class: "device-alert__detail" })),
      h(
        "div",
        { class: "device-alert__acts" },
        STEERING.has(boot.role) ? button("Take on", "primary", () => void panel.ask("devices", "ack", { alert: id })) : null,
        full ? button("Resolve", "quiet", () => void resolve(panel, id)) : null,
        full ? button("Silence 30 min", "quiet", () => void silence(panel, id)) : null,
      ),
    );

  /**
   * @param {HTMLElement} element
   * @param {[string, Row]} entry
   */
  const update = (element, [, alert]) => {
    const [sign, text, acts] = [...element.children];
    if (!sign || !text || !acts) return;
    const look = tone(alert);
    if (sign.getAttribute("data-tone") !== look) sign.replaceChildren(icon(isEmergency(alert) ? "medical" : look));
    setAttribute(sign, "data-tone", look);
    setAttribute(element, "data-tone", look);
    setAttribute(element, "data-emergency", isEmergency(alert) && isUrgent(alert));
    setText(/** @type {Element} */ (text.firstElementChild), sentence(alert, panel.row(`device/${alert["device"]}`)));
    setText(/** @type {Element} */ (text.lastElementChild), detail(alert, panel));
    if (acts.firstElementChild) setAttribute(acts.firstElementChild, "hidden", Boolean(alert["acked_by"]));
  };
  return { make, update };
}

/**
 * @param {Row} alert
 * @param {Panel} panel
 */
function detail(alert, panel) {
  const parts = [panel.room || !alert["room"] ? "" : tame(panel.roomTitle(alert["room"])), t("since {time}", { time: formatClock(alert["began_at"]) })];
  if (alert["state"] === "recovering") parts.push(t("recovering"));
  if (alert["no_data_since"]) parts.push(t("no data since {time}", { time: formatClock(alert["no_data_since"]) }));
  if (alert["flapping"]) parts.push(t("unstable"));
  if (alert["acked_by"]) parts.push(t("taken by {who}", { who: whoWord(alert["acked_by"]) }));
  return parts.filter(Boolean).join(" · ");
}

/**
 * @param {string} label
 * @param {string} variant
 * @param {() => void} act
 */
export function button(label, variant, act) {
  return h("button", { class: "button", data: { variant }, text: t(label), attributes: { type: "button" }, on: { click: act } });
}

/**
 * @param {Panel} panel
 * @param {string} alert
 */
async function resolve(panel, alert) {
  const reason = await ask({ title: t("Resolve this alert"), label: t("What was it? The log keeps it."), confirm: t("Resolve") });
  if (reason !== null) await panel.ask("devices", "resolve", { alert, reason });
}

/**
 * @param {Panel} panel
 * @param {string} id
 */
async function silence(panel, id) {
  const alert = panel.row(`alert/${id}`);
  if (!alert) return;
  const what = alert["device"] ? { device: alert["device"], rule: alert["rule"] } : { rule: alert["rule"] };
  const done = await panel.ask("devices", "silence", { ...what, until: panel.now() + SILENCE, reason: "" });
  if (done) toast(t("Silenced for 30 minutes."), { tone: "ok" });
}
