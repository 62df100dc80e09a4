/**
 * Whether a few typed letters mean a title.
 *
 * Owns    the rule: every word typed occurs in the title, in any order.
 * Never   ranks: the order of the commands is already the order of use.
 * Used by the command palette.
 */

/**
 * @param {string} typed
 * @param {string} title
 * @returns {boolean} true for nothing typed
 */
export function matches(typed, title) {
  const plain = title.normalize("NFKC").toLowerCase();
  return typed.normalize("NFKC").toLowerCase().split(/\s+/).every((word) => plain.includes(word));
}
