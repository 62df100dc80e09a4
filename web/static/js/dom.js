/**
 * Elements without markup strings.
 *
 * Owns    how elements are made, kept and filled.
 * Never   parses markup: what people typed can only ever be text.
 * Used by every panel and page script.
 */

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {object} Props
 * @property {string} [class]
 * @property {string} [text]
 * @property {Record<string, (event: any) => void>} [on]
 * @property {Record<string, string | number | null | undefined>} [data]
 * @property {Record<string, string | boolean | number | null | undefined>} [aria]
 * @property {Record<string, string | number | boolean | null | undefined>} [attributes]
 */
/**
 * @typedef {{
 *   <T extends keyof HTMLElementTagNameMap>(tag: T, props?: Props | null, ...children: Child[]): HTMLElementTagNameMap[T],
 *   (tag: string, props?: Props | null, ...children: Child[]): HTMLElement,
 * }} Make
 */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "use", "g", "rect", "circle", "line", "polyline"]);
const OVERRIDES = /[\u202A-\u202E\u2066-\u2069]/g;
const MARKS = /(\p{M}{4})\p{M}+/gu;
const FLASH = 600;
let flashes = 0;

/**
 * @param {string} tag
 * @param {Props | null} [props]
 * @param {Child[]} children
 * @returns {HTMLElement}
 */
function make(tag, props, ...children) {
  const element = SVG_TAGS.has(tag)
    ? /** @type {HTMLElement} */ (/** @type {unknown} */ (document.createElementNS(SVG, tag)))
    : document.createElement(tag);
  if (props) fill(element, props);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false).map(toNode));
  return element;
}

/** Make an element: tag, properties, children. */
export const h = /** @type {Make} */ (make);

/** @param {Child} child */
function toNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

/**
 * @param {HTMLElement} element
 * @param {Props} props
 */
function fill(element, props) {
  if (props.class) element.setAttribute("class", props.class);
  if (props.text !== undefined) element.textContent = props.text;
  for (const [event, fn] of Object.entries(props.on ?? {})) element.addEventListener(event, fn);
  for (const [name, value] of Object.entries(props.data ?? {})) setAttribute(element, `data-${name}`, value);
  for (const [name, value] of Object.entries(props.aria ?? {})) setAttribute(element, `aria-${name}`, value === null || value === undefined ? null : String(value));
  for (const [name, value] of Object.entries(props.attributes ?? {})) setAttribute(element, name, value);
}

/**
 * Set an attribute only when it differs; null, undefined and false remove it, true sets it empty.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/**
 * Replace an element's text only when it differs, so that nothing is laid out again for nothing.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Make `container`'s children the items, by key: nodes, their focus and their state are kept, moved as little
 * as possible, and removed when their item is gone.
 *
 * @template T
 * @param {Element} container
 * @param {Iterable<T>} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => Element} create
 * @param {(element: any, item: T) => void} [update] called for new and kept nodes
 */
export function keyed(container, items, keyOf, create, update) {
  const wanted = [...items];
  const keys = new Set(wanted.map(keyOf));
  const focused = document.activeElement;
  /** @type {Map<string, Element>} */
  const held = new Map();
  for (const child of [...container.children]) {
    const key = child.getAttribute("data-key") ?? "";
    if (keys.has(key)) held.set(key, child);
    else child.remove();
  }
  let place = container.firstElementChild;
  for (const item of wanted) {
    const element = held.get(keyOf(item)) ?? named(create(item), keyOf(item));
    if (element === place) place = place.nextElementSibling;
    else container.insertBefore(element, place);
    update?.(element, item);
  }
  // Moving a node takes its focus away; the person using it must not notice.
  if (focused instanceof HTMLElement && focused !== document.activeElement && container.contains(focused)) focused.focus();
}

/**
 * @param {Element} element
 * @param {string} key
 */
function named(element, key) {
  element.setAttribute("data-key", key);
  return element;
}

/**
 * Text as safe to draw as it can be: no direction overrides, at most four marks on a letter.
 *
 * @param {string} text
 * @returns {string}
 */
export function tame(text) {
  return text.replace(OVERRIDES, "").replace(MARKS, "$1");
}

/**
 * An element for text that a person typed: its direction stays inside it.
 *
 * @param {string | null | undefined} text
 * @returns {HTMLElement}
 */
export function isolate(text) {
  return h("bdi", { text: tame(text ?? "") });
}

/**
 * Wash an element for 600 ms: something changed here.
 *
 * @param {Element} element
 */
export function flash(element) {
  const nth = String((flashes += 1));
  element.setAttribute("data-flash", nth);
  element.classList.remove("is-changed");
  requestAnimationFrame(() => element.classList.add("is-changed"));
  setTimeout(() => {
    if (element.getAttribute("data-flash") === nth) element.classList.remove("is-changed");
  }, FLASH);
}
