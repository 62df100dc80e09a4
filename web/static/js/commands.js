/**
 * The command palette: everything the desk can do, by typing a few letters of it.
 *
 * Owns    the commands that pages and panels offer, and the dialog that finds one.
 * Never   does anything itself.
 * Used by the control page; panels add what they can do.
 */

import { h, keyed, setAttribute } from "./dom.js";
import { t } from "./i18n.js";
import { matches } from "./match.js";

/**
 * @typedef {object} Command
 * @property {string} id
 * @property {string} title in the page's language
 * @property {string} [hint] where it leads, or its key
 * @property {() => void} run
 */

const SHOWN = 12;

/** @type {Map<string, Command>} */
const commands = new Map();
/** @type {HTMLDialogElement | null} */
let dialog = null;

/**
 * Offer a command until `signal` aborts.
 *
 * @param {Command} command
 * @param {AbortSignal} [signal]
 */
export function offer(command, signal) {
  commands.set(command.id, command);
  signal?.addEventListener("abort", () => commands.delete(command.id), { once: true });
}

/** Open the palette, or close it. */
export function togglePalette() {
  dialog ??= build();
  if (dialog.open) return dialog.close();
  // Commands come and go while it is closed.
  dialog.querySelector("input")?.dispatchEvent(new Event("input"));
  dialog.showModal();
}

function build() {
  const list = h("ul", { class: "palette__list", attributes: { role: "listbox", id: "palette-list" }, aria: { label: t("Commands") } });
  const input = h("input", {
    class: "palette__input",
    attributes: { type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: t("What do you want to do?") },
    aria: { label: t("What do you want to do?"), expanded: true, controls: "palette-list", autocomplete: "list" },
  });
  const made = h("dialog", { class: "dialog palette", aria: { label: t("Commands") } }, input, list);
  let chosen = 0;

  const found = () => [...commands.values()].filter((command) => matches(input.value, command.title)).slice(0, SHOWN);
  const draw = () => {
    const shown = found();
    chosen = Math.max(0, Math.min(chosen, shown.length - 1));
    keyed(list, shown, ({ id }) => id, (command) => line(command, made), (element, command) => {
      const here = command === shown[chosen];
      setAttribute(element, "aria-selected", String(here));
      if (here) setAttribute(input, "aria-activedescendant", element.id);
    });
  };
  const run = () => {
    const command = found()[chosen];
    made.close();
    command?.run();
  };
  /** @type {Record<string, () => void>} */
  const keys = { ArrowDown: () => (chosen += 1), ArrowUp: () => (chosen -= 1), Enter: run };

  input.addEventListener("input", () => {
    chosen = 0;
    draw();
  });
  input.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.isComposing) return;
    event.preventDefault();
    act();
    draw();
  });
  made.addEventListener("close", () => (input.value = ""));
  made.addEventListener("click", (event) => {
    if (event.target === made) made.close();
  });
  document.body.append(made);
  return made;
}

/**
 * @param {Command} command
 * @param {HTMLDialogElement} palette
 */
function line(command, palette) {
  const element = h(
    "li",
    { class: "palette__line", attributes: { role: "option", id: `command-${command.id}` } },
    h("span", { text: command.title }),
    command.hint ? h("span", { class: "palette__hint", text: command.hint }) : null,
  );
  element.addEventListener("click", () => {
    palette.close();
    command.run();
  });
  return element;
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  togglePalette();
});
