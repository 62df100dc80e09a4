/**
 * Access: a link with its code for every role and room, made and withdrawn here.
 *
 * Owns    fetching the links when they are looked at, and drawing their codes.
 * Never   keeps a key anywhere but on the screen.
 * Used by the control page.
 */

import { ask } from "../ask.js";
import { boot, roomTitle } from "../desk.js";
import { h, keyed } from "../dom.js";
import { t, translate } from "../i18n.js";
import { icon } from "../icons.js";
import { Panel, define } from "../panel.js";
import { toast } from "../toast.js";

/** @import {Context} from "../panel.js" */
/** @typedef {{id: string, role: string, room: string | null, key: string, path: string}} Grant */

translate("zh-Hans", {
  Access: "访问权限",
  "Control desk": "控制台",
  Moderator: "主持台",
  "Floor crew": "现场人员",
  Wall: "大屏",
  Stage: "舞台显示",
  "all rooms": "全部会场",
  "Audience page": "观众页面",
  "Show the code": "显示二维码",
  Withdraw: "收回",
  "Withdraw this link": "收回此链接",
  "Whoever uses it is signed out at once.": "使用此链接的人将立即退出。",
  "Withdrawn.": "已收回。",
  "New link": "新建链接",
  Role: "角色",
  Room: "会场",
  "Copy the link": "复制链接",
  "Copied.": "已复制。",
  Close: "关闭",
  "Open it here": "在此打开",
  "The links could not be loaded. Try again in a moment.": "无法读取链接，请稍后再试。",
  "This address works on this machine only. Open the desk under its address in the network, then show the code.": "此地址仅在本机有效。请用网络地址打开控制台，再出示二维码。",
  "made here": "在此新建",
  "Keep these to the crew: a link opens the page for whoever holds it.": "请仅发给工作人员：持有链接即可打开页面。",
});

/** @type {Record<string, string>} */
const ROLES = { control: "Control desk", moderator: "Moderator", floor: "Floor crew", wall: "Wall", stage: "Stage" };
const LOCAL = /^(localhost|127\.|\[::1\])/;
const OF_A_ROOM = new Set(["moderator", "stage"]);

class AccessPanel extends Panel {
  #list = h("ul", { class: "access-links" });
  #built = false;
  #wanted = 0;

  /** @param {Context} context */
  draw(context) {
    void context;
    if (!this.#built) this.#build();
    void this.#load();
  }

  #build() {
    this.#built = true;
    const title = h("h2", { class: "panel__title", text: t("Access") });
    const note = h("p", { class: "access-link__note", text: t("Keep these to the crew: a link opens the page for whoever holds it.") });
    this.append(title, note, this.#list, this.#issuing());
  }

  /** Keys are no rows: they are fetched for the one who looks, whenever a row says that one came or went. */
  async #load() {
    const wanted = (this.#wanted += 1);
    const answer = await fetch("/api/v1/event/links?as=control").catch(() => null);
    if (wanted !== this.#wanted) return;
    if (!answer?.ok) return void toast(t("The links could not be loaded. Try again in a moment."), { tone: "warn" });
    const grants = /** @type {Grant[]} */ (await answer.json()).filter(({ role }) => role in ROLES);
    keyed(this.#list, [...audience(), ...grants], ({ id }) => id, (grant) => this.#line(grant));
  }

  /** @param {Grant} grant */
  #line(grant) {
    const show = h("button", { class: "button", data: { variant: "quiet" }, attributes: { type: "button" }, on: { click: () => showCode(grant) } }, icon("qr"), t("Show the code"));
    const revoke = h("button", { class: "button", data: { variant: "quiet" }, attributes: { type: "button" }, text: t("Withdraw"), on: { click: () => void this.#revoke(grant) } });
    const made = this.row(`key/${grant.id}`)?.["issued_at"] ? h("span", { class: "access-link__note", text: t("made here") }) : null;
    return h("li", { class: "access-link" }, h("span", { class: "access-link__name", text: nameOf(grant) }), made, show, grant.key ? revoke : null);
  }

  /** @param {Grant} grant */
  async #revoke(grant) {
    const body = h("p", { text: `${nameOf(grant)}. ${t("Whoever uses it is signed out at once.")}` });
    const sure = await ask({ title: t("Withdraw this link"), body, confirm: t("Withdraw"), danger: true });
    if (sure === null) return;
    if (await this.ask("access", "revoke", { id: grant.id })) toast(t("Withdrawn."), { tone: "ok" });
  }

  #issuing() {
    const role = h("select", null, ...Object.entries(ROLES).map(([value, word]) => h("option", { attributes: { value }, text: t(word) })));
    const room = h("select", null, ...boot.rooms.map(({ id, title }) => h("option", { attributes: { value: id }, text: title })));
    const place = h("label", { class: "field", attributes: { hidden: true } }, h("span", { class: "field__label", text: t("Room") }), room);
    role.addEventListener("change", () => (place.hidden = !OF_A_ROOM.has(role.value)));
    const make = h("button", { class: "button", attributes: { type: "submit" }, text: t("New link") });
    const form = h("form", { class: "access-new" }, h("label", { class: "field" }, h("span", { class: "field__label", text: t("Role") }), role), place, make);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.ask("access", "issue", { role: role.value, room: OF_A_ROOM.has(role.value) ? room.value : null });
    });
    return form;
  }
}

/** The audience needs no key: its pages are listed for their codes. @returns {Grant[]} */
function audience() {
  return boot.rooms.map(({ id }) => ({ id: `audience:${id}`, role: "attendee", room: id, key: "", path: `/r/${encodeURIComponent(id)}` }));
}

/** @param {Grant} grant */
function nameOf({ role, room }) {
  const word = t(ROLES[role] ?? "Audience page");
  if (room) return `${word} · ${roomTitle(room)}`;
  return role === "moderator" ? `${word} · ${t("all rooms")}` : word;
}

/** @param {Grant} grant */
function showCode(grant) {
  const address = new URL(grant.path, location.href).href;
  const copy = h("button", { class: "button", attributes: { type: "button" }, text: t("Copy the link") });
  copy.addEventListener("click", () => {
    void navigator.clipboard?.writeText(address).then(() => toast(t("Copied."), { tone: "ok" }));
  });
  const dialog = h(
    "dialog",
    { class: "dialog", aria: { label: nameOf(grant) } },
    h("h2", { text: nameOf(grant) }),
    h("img", { class: "access-code", attributes: { src: `/qr.svg?text=${encodeURIComponent(address)}`, alt: nameOf(grant) } }),
    h("p", { class: "access-address", text: address }),
    LOCAL.test(location.hostname) ? h("p", { class: "access-link__note", text: t("This address works on this machine only. Open the desk under its address in the network, then show the code.") }) : null,
    h(
      "div",
      { class: "dialog__actions" },
      navigator.clipboard ? copy : null,
      h("a", { class: "button", attributes: { href: address, target: "_blank", rel: "noopener" }, text: t("Open it here") }),
      h("button", { class: "button", data: { variant: "primary" }, attributes: { type: "button" }, text: t("Close"), on: { click: () => dialog.close() } }),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

define("access", AccessPanel);
