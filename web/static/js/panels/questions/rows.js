/**
 * The questions among a topic's rows.
 *
 * Owns    how their keys begin.
 * Never   sorts or judges them.
 * Used by every view of the questions.
 */

/** @import {Question} from './queue.js' */

const PREFIX = "q/";

/**
 * Read the questions out of a topic's rows.
 *
 * @param {Map<string, any>} rows
 * @returns {Map<string, Question>} by question id
 */
export function questionsOf(rows) {
  const found = new Map();
  for (const [key, row] of rows) if (key.startsWith(PREFIX)) found.set(row.id, row);
  return found;
}
