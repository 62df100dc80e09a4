/**
 * The number that stands in a picture for two seconds: whoever sees it late knows by how much.
 *
 * Pure. The server reckons the same; the vectors of the tests are shared.
 */

export const MARK_LASTS = 2_000;
const FIRST_MARK = 10;
const MARKS = 50;

/** @param {number} now server time, ms @returns {number} the mark that stands then */
export const markAt = (now) => FIRST_MARK + (Math.floor(now / MARK_LASTS) % MARKS);
