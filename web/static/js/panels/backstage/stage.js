/**
 * Backstage on the stage display: the newest line that is addressed to the stage, small, until it is tapped.
 *
 * Owns    the strip.
 * Never   shows what is not for the stage: such rows do not come here.
 * Used by the backstage panel on the stage page.
 */

import { boot } from "../../desk.js";
import { h, isolate, setAttribute } from "../../dom.js";
import { t } from "../../i18n.js";
import { deskId } from "./desk.js";
import { isFor, isUnread } from "./model.js";
import "./words.js";

/** @import {Message} from "./model.js" */

/** How long an unread line stays, ms. */
const STAYS = 600_000;

/** @param {any} panel */
export function view(panel) {
  const text = h("p", { class: "backstage-stage__text" });
  const read = h("button", { class: "button backstage-stage__read", text: t("Got it"), attributes: { type: "button" } });
  const root = h("section", { class: "backstage-stage", aria: { live: "polite" } }, text, read);
  /** @type {Message | undefined} */
  let shown;
  /** @type {Set<string>} */
  const done = new Set();
  root.hidden = true;
  read.addEventListener("click", () => {
    if (!shown) return;
    const { id } = shown;
    done.add(id);
    panel.redraw();
    panel.link.send("backstage", "read", { message: id, desk: deskId }).catch(() => done.delete(id));
  });
  return {
    root,
    draw: (/** @type {Message[]} */ messages, /** @type {number} */ now) => {
      const unread = messages.filter((message) => isFor(message, "stage") && isUnread(message, deskId, "stage"));
      const next = unread.filter((message) => !done.has(message.id) && now - message.at < STAYS).at(-1);
      root.hidden = !next;
      read.hidden = boot.role !== "stage";
      setAttribute(root, "data-level", next?.level);
      if (next && next.id !== shown?.id) text.replaceChildren(isolate(next.text));
      shown = next;
    },
  };
}
