/**
 * Has somebody asked this already? A guess on this device, offered before sending, never acted on by itself.
 *
 * Pure: two texts in, a likeness out. Units are words where words are written apart, pairs of characters where not.
 */

/** From here on a question is worth showing to somebody who is about to ask it again. */
export const NEAR = 0.75;

const STOP = new Set(
  "a an and are as at be can could did do does for from have how i in is it of on or please that the there this to was we what when where which who why will with would you your".split(
    " ",
  ),
);
const NEGATION = /\b(?:not|no|never|without)\b|n't|[不没無无非未]/u;
const NUMBERS = /\d+|[一二三四五六七八九十百千万两]+/gu;
const RUNS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+|[\p{L}\p{N}]+/gu;
const PAIRED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * Say how alike two questions are.
 *
 * Texts that differ in a number or in a negation are never alike: they ask for different things.
 *
 * @param {string} one
 * @param {string} other
 * @returns {number} from 0 to 1
 */
export function likeness(one, other) {
  const [a, b] = [fold(one), fold(other)];
  if (NEGATION.test(a) !== NEGATION.test(b) || numbers(a) !== numbers(b)) return 0;
  const [units, others] = [unitsOf(a), unitsOf(b)];
  if (units.length + others.length === 0) return 0;
  const left = [...others];
  let shared = 0;
  for (const unit of units) {
    const at = left.indexOf(unit);
    if (at < 0) continue;
    left.splice(at, 1);
    shared += 1;
  }
  return (2 * shared) / (units.length + others.length);
}

/**
 * Find the question that is most like a draft.
 *
 * @template {{body: string}} Q
 * @param {string} draft
 * @param {Iterable<Q>} questions
 * @returns {Q | null} null when none is near
 */
export function nearest(draft, questions) {
  let [found, best] = /** @type {[Q | null, number]} */ ([null, NEAR]);
  for (const question of questions) {
    const alike = likeness(draft, question.body);
    if (alike >= best) [found, best] = [question, alike];
  }
  return found;
}

/** @param {string} text */
const fold = (text) => text.normalize("NFKC").toLowerCase().replaceAll("’", "'");

/** @param {string} text */
const numbers = (text) => (text.match(NUMBERS) ?? []).join();

/** @param {string} text */
function unitsOf(text) {
  return (text.match(RUNS) ?? []).flatMap((run) => (PAIRED.test(run) ? pairs(run) : STOP.has(run) ? [] : [stem(run)]));
}

/** @param {string} run */
function pairs(run) {
  const signs = [...run];
  return signs.length === 1 ? signs : signs.slice(1).map((sign, n) => `${signs[n]}${sign}`);
}

/** @param {string} word */
const stem = (word) => (word.length > 4 ? word.replace(/(?:ies|ing|ed|es|s)$/, "") : word);
