/**
 * The door: a scanner that answers in one glance, and everything for the badge that does not read.
 *
 * Owns    the station's parts and how they hang together.
 * Never   judges a ticket: the server does, and where it cannot be reached, the page says so.
 */

import { h, tame } from "../../dom.js";
import { t, translate } from "../../i18n.js";
import { explain, toast } from "../../toast.js";
import { Eye } from "./door/eye.js";
import { Recent } from "./door/recent.js";
import { Search } from "./door/search.js";
import { Setup } from "./door/setup.js";
import { Strip } from "./door/strip.js";
import { Station } from "./door/station.js";
import { failed, judge, saved } from "./door/verdict.js";
import { VerdictScreen } from "./door/screen.js";
import { WalkIn } from "./door/walkin.js";
import { Wedge } from "./door/wedge.js";

/** @import {Outcome, Scan} from './door/station.js' */
/** @import {Verdict} from './door/verdict.js' */

translate("zh-Hans", { "Check-in station": "签到台", "{who} was refused afterwards: {word}": "{who} 事后核验未通过：{word}" });

/** @param {any} panel */
export const view = (panel) => new DoorView(panel);

class DoorView {
  #panel;
  #setup;
  #station;
  #screen = new VerdictScreen();
  #recent;
  #search;
  #walkIn;
  #eye;
  #strip;
  root;

  /** @param {any} panel */
  constructor(panel) {
    this.#panel = panel;
    this.#setup = new Setup(() => panel.redraw());
    this.#station = new Station(panel, this.#setup);
    this.#recent = new Recent((scan) => this.#station.annul(scan), panel);
    this.#search = new Search(panel, (secret) => void this.#scan(secret));
    this.#walkIn = new WalkIn((person) => void this.#admit(person));
    this.#eye = new Eye((code) => void this.#scan(code), panel.signal);
    this.#strip = new Strip(panel);
    this.root = h(
      "div",
      { class: "door", aria: { label: t("Check-in station") } },
      h("section", { class: "door__setup" }, this.#setup.element),
      this.#eye.element,
      h("section", { class: "door__search" }, this.#search.element, this.#walkIn.element),
      this.#recent.element,
      this.#strip.element,
      this.#screen.element,
    );
    this.#listen();
    this.draw();
  }

  /** Draw lanes, counts and the strip as they are now. */
  draw() {
    const lanes = this.#panel
      .each("lane/")
      .map((/** @type {[string, any]} */ [id, row]) => ({ id, title: row.title || id, gate: row.gate }));
    this.#setup.update(lanes);
    this.#strip.update(this.#panel.row("totals"));
    this.#search.update();
    this.#eye.update(this.#panel.link.state === "live");
  }

  // Internal

  #listen() {
    const wedge = new Wedge();
    const typed = (/** @type {KeyboardEvent} */ event) => {
      if (event.target instanceof Element && event.target.closest("input, select, textarea, dialog")) return;
      const code = wedge.key(event.key, event.timeStamp);
      if (code === null) return;
      event.preventDefault();
      void this.#scan(code);
    };
    document.addEventListener("keydown", typed, { signal: this.#panel.signal, capture: true });
  }

  /** @param {string} secret */
  async #scan(secret) {
    this.#screen.expect();
    this.#search.clear();
    const type = this.#setup.type;
    await this.#station.scan(secret, type, (outcome, scan) => this.#show(outcome, scan));
  }

  /** @param {{name: string, category: string}} person */
  async #admit(person) {
    this.#screen.expect();
    await this.#station.walkIn(person, (outcome, scan) => this.#show(outcome, scan));
  }

  /**
   * @param {Outcome} outcome
   * @param {Scan} scan
   */
  #show(outcome, scan) {
    const verdict = read(outcome, scan);
    // An answer that comes after its person has gone is news for the list, not for the next person's face.
    if (!outcome.late) this.#screen.show(verdict);
    else if (verdict.tone === "bad")
      toast(
        t("{who} was refused afterwards: {word}", { who: tame(verdict.name || scan.name || scan.secret), word: t(verdict.word) }),
        { tone: "warn" },
      );
    this.#recent.add(scan, verdict);
  }
}

/**
 * @param {Outcome} outcome
 * @param {Scan} scan
 * @returns {Verdict}
 */
function read(outcome, scan) {
  if (outcome.kind === "saved") return saved(scan.secret || scan.name);
  if (outcome.kind === "failed") return failed(explain(outcome.error));
  const verdict = judge(outcome.answer, scan.type);
  return verdict.name ? verdict : { ...verdict, name: scan.name };
}
