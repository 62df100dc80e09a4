/**
 * What a screen's row asks of the page: pure functions of the row.
 *
 * Owns    the addresses of pages, and when an order is to be followed.
 * Never   goes anywhere.
 * Used by the presence of a page, the list at the control desk, and their tests.
 */

/**
 * @typedef {{page: string, room: string | null}} Place
 * @typedef {Place & {at: number}} Order
 * @typedef {{id: string, name: string, state: "up" | "stale" | "away", page: string | null, room: string | null,
 *   since: number | null, heard_at: number | null, skew: number | null, trip: number | null, language: string,
 *   width: number, height: number, visible: boolean, role: string | null, opens: string[], rooms: string[] | null,
 *   goes: Order | null, blank: boolean, identify_until: number | null, rev: number}} ScreenRow
 */

/** The pages a screen may show, and whether they are about a room. @type {Record<string, boolean>} */
export const PAGES = { wall: false, control: false, moderate: true, stage: true, overlay: true, door: false };

/** Pages that somebody works at: to them and from them an order leads once, and then people go where they like. */
const WORKED_AT = new Set(["control", "moderate", "door"]);

/** @param {string | null} page */
export const isWorkedAt = (page) => page !== null && WORKED_AT.has(page);

/**
 * The address of a page on this server; null for what is no known page.
 *
 * @param {Place} place
 * @returns {string | null}
 */
export function pathOf({ page, room }) {
  const ofRoom = Object.hasOwn(PAGES, page) ? PAGES[page] : undefined;
  if (ofRoom === undefined || ofRoom === (room === null)) return null;
  return ofRoom ? `/${page}/${encodeURIComponent(room ?? "")}` : `/${page}`;
}

/**
 * The address that a page is to go to now, or null to stay.
 *
 * @param {Order | null} goes
 * @param {Place} here
 * @param {number} followed when the last order was given that this screen followed
 * @returns {string | null}
 */
export function wayTo(goes, here, followed) {
  if (!goes || (goes.page === here.page && goes.room === here.room)) return null;
  const once = isWorkedAt(here.page) || isWorkedAt(goes.page);
  return once && followed === goes.at ? null : pathOf(goes);
}

/**
 * The screens in the order a crew looks for them: what was lost first, then by room and page.
 *
 * @param {ScreenRow[]} screens
 * @param {string[]} rooms
 * @returns {ScreenRow[]}
 */
export function sorted(screens, rooms) {
  const pages = Object.keys(PAGES);
  const rank = (/** @type {ScreenRow} */ { state, room, page }) => [
    ["stale", "up", "away"].indexOf(state),
    room === null ? -1 : rooms.indexOf(room),
    pages.indexOf(page ?? ""),
  ];
  return [...screens].sort((a, b) => {
    const [one, other] = [rank(a), rank(b)];
    const differs = one.findIndex((value, nth) => value !== other[nth]);
    if (differs >= 0) return (one[differs] ?? 0) - (other[differs] ?? 0);
    return a.name.localeCompare(b.name) || a.id.localeCompare(b.id);
  });
}
