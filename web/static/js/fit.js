/**
 * Text as large as its box allows.
 *
 * Owns    the search for the largest type size at which an element does not overflow.
 * Never   changes the text, or measures again when neither text nor box changed.
 * Used by displays that are read from afar: the stage and the overlay.
 */

/** @type {WeakMap<Element, string>} */
const fitted = new WeakMap();

/**
 * Set the largest font size, in whole pixels, at which `element` holds its text without overflowing.
 *
 * @param {HTMLElement} element a box whose size does not depend on its text
 * @param {{min: number, max: number, shape?: string}} limits `shape`: what stands for the text; digits of the
 *   same count have the same shape, so that a countdown is measured once and never jitters
 */
export function fit(element, { min, max, shape = element.textContent ?? "" }) {
  const { clientWidth, clientHeight } = element;
  const state = `${clientWidth}x${clientHeight} ${max} ${shape}`;
  if (clientWidth === 0 || clientHeight === 0 || fitted.get(element) === state) return;
  let low = min;
  let high = max;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    element.style.fontSize = `${middle}px`;
    if (element.scrollHeight <= clientHeight && element.scrollWidth <= clientWidth) low = middle;
    else high = middle - 1;
  }
  element.style.fontSize = `${low}px`;
  fitted.set(element, state);
}

/**
 * Call `fn` when the size of `element` changes, until `signal` aborts.
 *
 * @param {Element} element
 * @param {() => void} fn
 * @param {AbortSignal} signal
 */
export function onResize(element, fn, signal) {
  const observer = new ResizeObserver(fn);
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
