/**
 * Reading the event's folder again: shows what would change, then does it.
 *
 * Owns    the dialog of the import.
 * Never   changes anything before a person has seen what.
 * Used by the control page.
 */

import { ask } from "../ask.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { toast } from "../toast.js";

/** @typedef {{changes: {channel: string, change: string, count: number}[], warnings: string[]}} Preview */

/** Preview the import and, if a person says so, do it. */
export async function readAgain() {
  const preview = await request(false);
  if (!preview) return;
  if (preview.changes.length === 0) return void toast(t("The folder holds nothing new."), { tone: "ok" });
  const sure = await ask({ title: t("Read the folder again"), body: described(preview), confirm: t("Import this") });
  if (sure === null) return;
  if (await request(true)) toast(t("Imported. Every screen has it."), { tone: "ok" });
}

/**
 * @param {boolean} apply
 * @returns {Promise<Preview | null>}
 */
async function request(apply) {
  const answer = await fetch("/api/v1/event/import?as=control", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ apply }) }).catch(() => null);
  if (answer?.ok) return answer.json();
  const problem = await answer?.json().catch(() => null);
  const faults = problem?.faults ?? problem?.detail?.faults;
  const sentence = Array.isArray(faults) ? faults.slice(0, 3).join("\n") : t("The folder could not be read. Run `cuedesk check` on it.");
  toast(sentence, { tone: "bad", shown: 15_000 });
  return null;
}

/** @param {Preview} preview */
function described({ changes, warnings }) {
  const lines = changes.map(({ channel, change, count }) => h("li", null, h("strong", { text: `${count} × ` }), `${channel}: ${worded(change)}`));
  const remarks = warnings.slice(0, 8).map((warning) => h("li", { text: warning }));
  return h("div", { class: "import-preview" }, h("p", { text: t("This would change:") }), h("ul", { class: "list" }, ...lines), remarks.length > 0 ? h("p", { text: t("To look at:") }) : null, h("ul", { class: "list" }, ...remarks));
}

/** `AgendaPlanned` as words. @param {string} change */
function worded(change) {
  return change.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
