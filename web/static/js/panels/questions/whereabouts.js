/**
 * Where somebody follows from: in the room, told by their ticket, or from a stream that lags behind.
 *
 * Owns    its element, and what this phone has learnt of its delay.
 * Never   guesses: a delay is measured by what is in the viewer's picture, and a ticket is shown by its holder.
 * Used by the attendee's view.
 */

import { h, setText } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { toast } from "../../toast.js";

translate("zh-Hans", {
  "In the room, or watching a stream?": "您在现场，还是在看直播？",
  "Your ticket": "您的票号",
  "With your ticket your devices are one person, and being let in at the door means that you ask from the room.":
    "填写票号后，您的各台设备算作同一人；在门口签到后，您的提问算作现场提问。",
  "Show ticket": "提交票号",
  "Your ticket is known here now.": "已关联您的票。",
  "A stream lags behind the room. Tell us by how much, and you keep your place: it counts when you heard it.":
    "直播画面比现场慢。告诉我们慢多少，排位就按您听到的时刻计算。",
  "Number in the corner of the picture": "画面角落里的数字",
  "That is it now": "现在就是这个数",
  "#{n} has just appeared in my picture": "#{n} 刚出现在我的画面里",
  "Your picture is {n} seconds behind the room.": "您的画面比现场慢 {n} 秒。",
  "Your picture is as good as live.": "您的画面几乎没有延迟。",
});

const SHELF = "cuedesk.delay";
/** A number in the picture is two digits. */
const DIGITS = 2;

export class Whereabouts {
  #panel;
  #ticket = field(t("Your ticket"), { autocomplete: "off", maxlength: 200 });
  #mark = field(t("Number in the corner of the picture"), { inputmode: "numeric", maxlength: DIGITS, pattern: "[0-9]{2}", autocomplete: "off" });
  #known = h("p", { class: "whereabouts__known", attributes: { role: "status" } });
  #appeared = h("button", { class: "button", attributes: { type: "button" }, on: { click: () => this.#measure({ question: this.#onAir }) } });
  #onAir = "";
  element = h(
    "details",
    { class: "whereabouts" },
    h("summary", { class: "whereabouts__title", text: t("In the room, or watching a stream?") }),
    form([this.#ticket, button(t("Show ticket"))], () => void this.#join()),
    h("p", { class: "whereabouts__why", text: t("With your ticket your devices are one person, and being let in at the door means that you ask from the room.") }),
    form([this.#mark, button(t("That is it now"))], () => void this.#measure({ mark: Number(this.#mark.querySelector("input")?.value) })),
    this.#appeared,
    h("p", { class: "whereabouts__why", text: t("A stream lags behind the room. Tell us by how much, and you keep your place: it counts when you heard it.") }),
    this.#known,
  );

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#tell(sessionStorage.getItem(`${SHELF}.${panel.room}`));
  }

  /** Draw the rows as they are now. */
  draw() {
    const session = this.#panel.row("qa");
    const question = session?.blank ? undefined : this.#panel.row(`q/${session?.on_air}`);
    this.#onAir = question?.id ?? "";
    this.#appeared.hidden = question === undefined;
    if (question) setText(this.#appeared, t("#{n} has just appeared in my picture", { n: question.number }));
  }

  /** @param {{mark: number} | {question: string}} seen */
  async #measure(seen) {
    const result = await this.#panel.ask("questions", "measure", { room: this.#panel.room, ...seen });
    if (!result) return;
    sessionStorage.setItem(`${SHELF}.${this.#panel.room}`, String(result.delay));
    this.#tell(String(result.delay));
  }

  async #join() {
    const input = /** @type {HTMLInputElement} */ (this.#ticket.querySelector("input"));
    const ticket = input.value.trim();
    if (ticket === "" || (await this.#panel.ask("checkin", "join", { ticket })) === null) return;
    input.value = "";
    toast(t("Your ticket is known here now."), { tone: "ok" });
  }

  /** @param {string | null} delay ms */
  #tell(delay) {
    this.#known.hidden = delay === null;
    const seconds = Math.round(Number(delay) / 1000);
    setText(this.#known, seconds > 1 ? t("Your picture is {n} seconds behind the room.", { n: seconds }) : t("Your picture is as good as live."));
  }
}

/** @param {string} label @param {Record<string, any>} attributes */
function field(label, attributes) {
  return h("label", { class: "field whereabouts__field" }, label, h("input", { attributes }));
}

/** @param {string} text */
const button = (text) => h("button", { class: "button", attributes: { type: "submit" }, text });

/** @param {HTMLElement[]} parts @param {() => void} send */
function form(parts, send) {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    send();
  };
  return h("form", { class: "whereabouts__form", on: { submit } }, ...parts);
}
