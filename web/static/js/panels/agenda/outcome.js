/**
 * What a change would come to, drawn before anybody applies it.
 *
 * Owns    asking the server, and the lines that say what moves, who must know and what breaks.
 * Never   applies anything; never shows an answer that a later question has overtaken.
 * Used by the rundown's strip and its dialogs.
 */
import { h, tame } from "../../dom.js";
import { formatClock, formatSpan, t } from "../../i18n.js";
import { icon } from "../../icons.js";
import { explain } from "../../toast.js";
import { MINUTE } from "./model.js";

/** @import {CommandError} from "../../command.js" */
/**
 * @typedef {{start: number|null, end: number|null}} Times
 * @typedef {{item: string, title: string, from: Times, to: Times, by: number, is_new: boolean}} Moved
 * @typedef {{room: string, title: string, from: number|null, to: number|null, target: number|null}} End
 * @typedef {{kind: string, title: string, room: string, by: number, name?: string}} Break
 * @typedef {{changes: Moved[], ends: End[], tell: string[], breaks: Break[], rev: number|null}} Outcome
 * @typedef {{tone: "bad"|"warn"|"info"|"ok", text: string}} Line
 */

const LISTED = 5;
const GRAVE = 4;
const PAUSE = 250;

/**
 * An outcome as lines, the gravest first.
 *
 * @param {Outcome} found
 * @returns {Line[]}
 */
export function linesOf({ changes, ends, tell, breaks }) {
  const moved = changes.slice(0, LISTED).map((change) => /** @type {Line} */ ({ tone: "info", text: movedWord(change) }));
  if (changes.length > LISTED) moved.push({ tone: "info", text: t("{n} more", { n: changes.length - LISTED }) });
  if (changes.length === 0) moved.push({ tone: "ok", text: t("no time changes by this") });
  return [
    ...breaks.slice(0, GRAVE).map(brokenLine),
    ...(breaks.length > GRAVE ? [/** @type {Line} */ ({ tone: "bad", text: t("{n} more", { n: breaks.length - GRAVE }) })] : []),
    ...ends.map(endLine),
    ...(tell.length > 0 ? [/** @type {Line} */ ({ tone: "warn", text: `${t("must be told:")} ${tell.map(tame).join(", ")}` })] : []),
    ...moved,
  ];
}

/** @param {Break} broken @returns {Line} */
function brokenLine({ kind, title, room, by, name }) {
  const values = { title: tame(title), span: formatSpan(by), name: tame(name ?? ""), room: tame(room) };
  return { tone: "bad", text: kind === "clash" ? t("{name} would be due in two rooms at once, {span} long", values) : t("“{title}” would begin {span} after its fixed time", values) };
}

/** @param {End} end @returns {Line} */
function endLine({ title, from, to, target }) {
  const isPast = target !== null && to !== null && to - target >= MINUTE / 2;
  const text = t("{room}: the day ends {to}, not {from}", { room: tame(title), from: formatClock(from), to: formatClock(to) });
  if (isPast) return { tone: "bad", text: `${text} · ${t("{span} past the target {time}", { span: formatSpan(to - target), time: formatClock(target) })}` };
  return { tone: (to ?? 0) > (from ?? 0) ? "warn" : "ok", text };
}

/** @param {Moved} moved */
function movedWord({ title, from, to, by, is_new: isNew }) {
  const name = tame(title);
  if (isNew) return `${formatClock(to.start)} ${t("new")}: ${name}`;
  if (to.start === null) return `${name} · ${t("left out")}`;
  if (from.start === null) return `${formatClock(to.start)} ${name}`;
  if (Math.abs(by) < MINUTE / 2) return `${name} · ${t("ends {time}", { time: formatClock(to.end) })}`;
  return `${formatClock(from.start)} → ${formatClock(to.start)} ${name}`;
}

/** @param {import("../../panel.js").Panel} panel */
export function outcome(panel) {
  const list = h("ul", { class: "agenda-outcome" });
  const root = h("div", { attributes: { role: "status" } }, list);
  let turn = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let waiting;

  /** @param {Line[]} lines */
  const show = (lines) => list.replaceChildren(...lines.map(({ tone, text }) => h("li", { class: "agenda-outcome__line", data: { tone } }, tone === "info" ? null : icon(tone), h("span", { text }))));
  const clear = () => {
    turn += 1;
    clearTimeout(waiting);
    show([]);
  };
  /** Ask at once. @param {string} verb @param {Record<string, any>} args @returns {Promise<Outcome|null>} */
  const ask = async (verb, args) => {
    const mine = (turn += 1);
    try {
      const found = await panel.link.send("agenda", "preview", { do: verb, args });
      if (mine === turn) show(linesOf(found));
      return mine === turn ? found : null;
    } catch (error) {
      const { code, message } = /** @type {CommandError} */ (error);
      if (mine === turn) show([{ tone: "bad", text: code === "illegal_transition" ? message : explain(/** @type {CommandError} */ (error)) }]);
      return null;
    }
  };
  /** Ask once nothing was typed for a moment. @param {string} verb @param {Record<string, any>|null} args null: there is nothing to ask */
  const soon = (verb, args) => {
    clearTimeout(waiting);
    if (!args) return clear();
    waiting = setTimeout(() => void ask(verb, args), PAUSE);
  };
  return { root, ask, soon, clear };
}
