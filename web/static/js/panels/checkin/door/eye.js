/**
 * Where a badge is held: the camera's picture if there is one, else "scan now".
 *
 * Owns    its element and the camera.
 */

import { h, setAttribute, setText } from "../../../dom.js";
import { t, translate } from "../../../i18n.js";
import { icon } from "../../../icons.js";
import { cameraReads, watchCamera } from "./camera.js";
import { Once } from "./wedge.js";

translate("zh-Hans", {
  "Scan now": "请扫码",
  "With the hand scanner, or type a name or a code.": "使用扫码枪，或输入姓名或票码。",
  "No connection: scans are kept on this device and sent later.": "没有连接：扫描保存在本机，稍后上传。",
  "Use the camera": "使用摄像头",
  "Stop the camera": "关闭摄像头",
  "The camera cannot be used. Allow it in the browser's settings, or use a hand scanner.":
    "无法使用摄像头。请在浏览器设置中允许，或使用扫码枪。",
});

export class Eye {
  #found;
  #signal;
  /** @type {AbortController | null} */
  #watching = null;
  #failed = false;
  #once = new Once();
  #note = h("p", { class: "eye__note", text: t("With the hand scanner, or type a name or a code.") });
  #picture = h("div", { class: "eye__picture" });
  #toggle = h("button", {
    class: "button",
    attributes: { type: "button" },
    text: t("Use the camera"),
    on: { click: () => void this.#switch() },
  });
  #idle = h("div", { class: "eye__idle" }, icon("scanner"), h("strong", { class: "eye__word", text: t("Scan now") }), this.#note);
  element = h("section", { class: "eye" }, this.#picture, this.#idle, this.#toggle);

  /**
   * @param {(code: string) => void} found
   * @param {AbortSignal} signal stops the camera
   */
  constructor(found, signal) {
    this.#found = found;
    this.#signal = signal;
    this.#toggle.hidden = !cameraReads();
  }

  /** @param {boolean} live whether the server judges scans now */
  update(live) {
    const words = live
      ? "With the hand scanner, or type a name or a code."
      : "No connection: scans are kept on this device and sent later.";
    if (!this.#failed) setText(this.#note, t(words));
    setAttribute(this.element, "data-kept", !live);
  }

  async #switch() {
    if (this.#watching) return this.#stop();
    this.#failed = false;
    this.#watching = new AbortController();
    const signal = AbortSignal.any([this.#signal, this.#watching.signal]);
    try {
      const video = await watchCamera((code) => this.#seen(code), signal);
      this.#picture.replaceChildren(video, h("div", { class: "eye__frame", aria: { hidden: true } }));
      setAttribute(this.element, "data-watching", true);
      setText(this.#toggle, t("Stop the camera"));
    } catch {
      this.#stop();
      this.#failed = true;
      setText(this.#note, t("The camera cannot be used. Allow it in the browser's settings, or use a hand scanner."));
    }
  }

  #stop() {
    this.#watching?.abort();
    this.#watching = null;
    this.#picture.replaceChildren();
    setAttribute(this.element, "data-watching", false);
    setText(this.#toggle, t("Use the camera"));
  }

  /** @param {string} code */
  #seen(code) {
    if (this.#once.fresh(code, performance.now())) this.#found(code);
  }
}
