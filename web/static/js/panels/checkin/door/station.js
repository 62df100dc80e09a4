/**
 * From a code to an outcome: sent once, kept until it is taken, honest about what is not known yet.
 *
 * Owns    nonces, and the patience with the server.
 * Never   draws.
 */

import { outbox } from "../../../outbox.js";
import { explain, toast } from "../../../toast.js";
import { t, translate } from "../../../i18n.js";
import { nonce } from "./wedge.js";

/** @import {Setup} from './setup.js' */

translate("zh-Hans", { "Taken back.": "已撤销。" });

/** How long a person in front of the door waits for the server before the scan counts as kept, ms. */
const PATIENCE = 1_500;

/** @typedef {{kind: "answer", answer: any, late: boolean} | {kind: "saved", late: boolean} | {kind: "failed", error: any, late: boolean}} Outcome */
/** @typedef {{nonce: string, secret: string, name: string, type: "entry" | "exit", list: number, at: number}} Scan */
/** @typedef {(outcome: Outcome, scan: Scan) => void} Tell */

export class Station {
  #panel;
  #setup;

  /**
   * @param {any} panel
   * @param {Setup} setup
   */
  constructor(panel, setup) {
    this.#panel = panel;
    this.#setup = setup;
  }

  /**
   * Scan a code. `tell` is called at least once, and again if the answer comes after the patience has ended.
   *
   * @param {string} secret
   * @param {"entry" | "exit"} type
   * @param {Tell} tell
   */
  async scan(secret, type, tell) {
    const scan = this.#scan(secret, "", type);
    const { lane, list } = this.#setup;
    // Without the server nobody is refused: the person passes, so the fact is told as one that has happened.
    const force = this.#panel.link.state !== "live";
    const args = { secret, list, type, datetime: scan.at, nonce: scan.nonce, force, lane };
    await this.#follow(outbox.send("checkin", "scan", args), scan, tell);
  }

  /**
   * Let somebody in who has no ticket.
   *
   * @param {{name: string, category: string}} person
   * @param {Tell} tell
   */
  async walkIn({ name, category }, tell) {
    const scan = this.#scan("", name, "entry");
    const { lane, list } = this.#setup;
    const args = { name, category, list, lane, datetime: scan.at, nonce: scan.nonce };
    await this.#follow(outbox.send("checkin", "walk_in", args), scan, tell);
  }

  /**
   * Take back an accepted scan.
   *
   * @param {Scan} scan
   * @returns {Promise<boolean>} whether it was taken back
   */
  async annul({ nonce: id, list }) {
    try {
      await outbox.send("checkin", "annul", { nonce: id, list, explanation: "" });
      toast(t("Taken back."), { tone: "ok" });
      return true;
    } catch (error) {
      toast(explain(/** @type {any} */ (error)), { tone: "warn" });
      return false;
    }
  }

  /**
   * @param {string} secret
   * @param {string} name
   * @param {"entry" | "exit"} type
   * @returns {Scan}
   */
  #scan(secret, name, type) {
    return {
      nonce: nonce((bytes) => crypto.getRandomValues(bytes)),
      secret,
      name,
      type,
      list: this.#setup.list,
      at: this.#panel.now(),
    };
  }

  /**
   * @param {Promise<any>} sent
   * @param {Scan} scan
   * @param {Tell} tell
   */
  async #follow(sent, scan, tell) {
    const settled = sent.then(
      (answer) => /** @type {const} */ ({ kind: "answer", answer }),
      (error) => /** @type {const} */ ({ kind: "failed", error }),
    );
    const wait = this.#panel.link.state === "live" ? PATIENCE : 0;
    const first = await Promise.race([settled, pause(wait)]);
    if (first) return tell({ ...first, late: false }, scan);
    tell({ kind: "saved", late: false }, scan);
    tell({ ...(await settled), late: true }, scan);
  }
}

/** @param {number} ms */
const pause = (ms) => new Promise((/** @type {(nothing: null) => void} */ resolve) => setTimeout(() => resolve(null), ms));
