/**
 * Rows of the agenda, true as of a room's last event, brought to now.
 *
 * Owns    the JavaScript twin of server/domain/agenda/forecast.py and reading.py; tests/vectors/forecast.json
 *         holds both to the same answers.
 * Never   asks the server, reads a clock, or changes a row it was given.
 * Used by every view of the agenda.
 *
 * One walk along the line carries the expected finish of what stands before. A soft item begins at that finish plus
 * its gap; where that is later than planned the gap gives way down to its floor. A hard item begins as planned,
 * unless the finish before it plus the floor is later. A day's first item has nothing before it.
 */

/**
 * @typedef {{start: number|null, end: number|null}} Span
 * @typedef {{started_at: number, duration: number, paused_at: number|null, paused_total: number}} Clock
 * @typedef {{id: string, room: string, order: number, state: string, day?: number, gap?: number, adjusted?: number,
 *   planned: {start: number, end: number}, expected: Span|null, actual: Span|null, duration: number,
 *   min_duration: number|null, start_kind: string, end_kind: string, min_gap: number|null, clock: Clock|null}} Item
 * @typedef {{p50: number, p90: number, rest50: number, rest90: number, talks: number}} Band
 * @typedef {{id: string, late: number, as_of?: number, to_find?: number|null, late_from?: number|null, band?: Band|null,
 *   end: {planned: number|null, expected: number|null, target: number|null}}} Room
 * @typedef {{item: Item, gap: number, day: number, abroad: boolean}} Entry
 * @typedef {{spans: Map<string, Span>, late: number, end: number|null}} Outlook
 */

/** @type {Span} */
const UNEXPECTED = { start: null, end: null };

/**
 * What is left on an item's clock; negative is overtime.
 *
 * @param {Clock} clock
 * @param {number} now server time, ms
 * @returns {number} milliseconds
 */
export function remaining(clock, now) {
  return clock.started_at + clock.duration + clock.paused_total - (clock.paused_at ?? now);
}

/**
 * Bring the rows of one room's board to now: `expected` of items; `late`, `end.expected`, `to_find`, `band` of the room.
 *
 * @param {ReadonlyMap<string, any>} rows
 * @param {number} now server time, ms
 * @returns {Map<string, any>} new rows where they differ; calls as they are
 */
export function asNow(rows, now) {
  const found = new Map(rows);
  /** @type {Room|undefined} */
  const room = found.get("room");
  if (!room) return found;
  const at = Math.max(now, room.as_of ?? now);
  const line = lineOf(rows, room.id);
  const outlook = lookOut(line, at);
  for (const { item } of line) {
    found.set(`item/${item.id}`, { ...item, expected: outlook.spans.get(item.id) ?? UNEXPECTED });
  }
  found.set("room", broughtRoom(room, outlook));
  return found;
}

/**
 * Bring a room's row to now where its items are not at hand, as on the board of all rooms.
 *
 * @template {Room} R
 * @param {R} room
 * @param {number} now server time, ms
 * @returns {R}
 */
export function roomAsNow(room, now) {
  const from = room.late_from ?? null;
  return from === null || now <= from ? room : { ...room, late: room.late + now - from };
}

/** @param {Room} room @param {Outlook} outlook */
function broughtRoom(room, outlook) {
  const { target } = room.end;
  const known = room.to_find !== undefined && room.to_find !== null;
  const band = room.band && outlook.end !== null ? broughtBand(room.band, outlook.end) : room.band;
  const missing = known && target !== null && outlook.end !== null ? Math.max(0, outlook.end - target) : room.to_find;
  return { ...room, late: outlook.late, end: { ...room.end, expected: outlook.end }, to_find: missing ?? null, ...(band && { band }) };
}

/** However late it is by now, the day does not end before its expected end and what the rest may add. @param {Band} band @param {number} end */
function broughtBand(band, end) {
  return { ...band, p50: Math.max(band.p50, end + band.rest50), p90: Math.max(band.p90, end + band.rest90) };
}

/** @param {ReadonlyMap<string, any>} rows @param {string} room @returns {Entry[]} */
function lineOf(rows, room) {
  /** @type {Item[]} */
  const items = [];
  for (const [key, row] of rows) if (key.startsWith("item/")) items.push(row);
  items.sort((one, other) => one.order - other.order);
  return items.map((item, place) => {
    const before = items[place - 1];
    const between = before ? Math.max(0, item.planned.start - before.planned.end) : 0;
    return { item, gap: item.gap ?? between, day: item.day ?? 0, abroad: item.room !== room };
  });
}

/** @param {Item} item */
const isOn = (item) => item.state === "running" || item.state === "paused";

/** @param {Item} item */
const isComing = (item) => item.state === "pending" && item.expected !== null && item.expected.start !== null;

/**
 * When the clock of a started item shows zero, its open pause counted up to now.
 *
 * @param {Item} item
 * @param {number} now
 */
function clockEnd(item, now) {
  const { clock } = item;
  const began = clock?.started_at ?? item.actual?.start ?? item.planned.start;
  const open = clock && clock.paused_at !== null ? Math.max(0, now - clock.paused_at) : 0;
  const pauses = (clock?.paused_total ?? 0) + open;
  return item.end_kind === "fixed" ? fixedEnd(item, began + pauses) : began + item.duration + pauses;
}

/** @param {Item} item @param {number} from */
function fixedEnd(item, from) {
  return Math.max(item.planned.end + (item.adjusted ?? 0), from + (item.min_duration ?? 0));
}

/** @param {Entry} entry @param {number} cursor */
function startAfter({ item, gap }, cursor) {
  const floor = cursor + (item.min_gap ?? 0);
  const { start } = item.planned;
  return item.start_kind === "hard" ? Math.max(start, floor) : Math.max(floor, Math.min(cursor + gap, start));
}

/**
 * The item that was started last in the room itself, running or done: what comes next follows it.
 *
 * @param {Entry[]} line
 * @returns {Entry|null}
 */
function lastOf(line) {
  /** @type {Entry|null} */
  let last = null;
  for (const entry of line) {
    if (entry.abroad) continue;
    if (isOn(entry.item)) return entry;
    const end = entry.item.actual?.end ?? null;
    if (end !== null && end >= (last?.item.actual?.end ?? -Infinity)) last = entry;
  }
  return last;
}

/** @param {Entry[]} line @param {number} now @returns {Outlook} */
function lookOut(line, now) {
  /** @type {Map<string, Span>} */
  const spans = new Map();
  const last = lastOf(line);
  const on = last !== null && isOn(last.item);
  let cursor = last === null ? null : on ? Math.max(clockEnd(last.item, now), now) : last.item.actual?.end ?? null;
  let day = last?.day ?? null;
  const earliest = on && cursor !== null ? Math.max(now, cursor) : now;
  for (const entry of line) {
    const span = spanOf(entry, now, day === entry.day ? cursor : null, earliest);
    spans.set(entry.item.id, span);
    if (span.end !== null && leadsOn(entry)) {
      cursor = day !== entry.day || cursor === null ? span.end : Math.max(cursor, span.end);
      day = entry.day;
    }
  }
  return summary(line, spans, now);
}

/** @param {Entry} entry whether what follows in the line waits for it */
function leadsOn({ item, abroad }) {
  return isComing(item) || (abroad && item.state !== "skipped");
}

/** @param {Entry} entry @param {number} now @param {number|null} cursor @param {number} earliest @returns {Span} */
function spanOf(entry, now, cursor, earliest) {
  const { item } = entry;
  const began = item.actual?.start ?? null;
  if (isOn(item)) return { start: began, end: Math.max(clockEnd(item, now), now) };
  if (item.state === "done") return { start: began, end: item.actual?.end ?? null };
  if (!isComing(item)) return UNEXPECTED;
  if (entry.abroad) return slid(/** @type {Span} */ (item.expected), now);
  const start = Math.max(cursor === null ? item.planned.start : startAfter(entry, cursor), earliest);
  return { start, end: item.end_kind === "fixed" ? fixedEnd(item, start) : start + item.duration };
}

/** @param {Span} span of an item that another room runs @param {number} now @returns {Span} */
function slid({ start, end }, now) {
  const slip = start === null ? 0 : Math.max(0, now - start);
  return { start: start === null ? null : start + slip, end: end === null ? null : end + slip };
}

/** @param {Entry[]} line @param {Map<string, Span>} spans @param {number} now @returns {Outlook} */
function summary(line, spans, now) {
  const guest = line.findLast((entry) => entry.abroad && isOn(entry.item)) ?? null;
  const current = line.find((entry) => !entry.abroad && isOn(entry.item)) ?? guest;
  const next = line.find((entry) => isComing(entry.item) && (current === null || entry.day === current.day)) ?? null;
  const done = current || next ? null : latestDone(line);
  const anchor = current ?? next ?? done ?? line.at(-1) ?? null;
  /** @type {number|null} */
  let end = null;
  for (const { item, day } of line) {
    const span = spans.get(item.id);
    if (anchor && day === anchor.day && span && span.end !== null) end = Math.max(end ?? -Infinity, span.end);
  }
  return { spans, late: lateness(current, next, done, spans, now), end };
}

/** @param {Entry[]} line @returns {Entry|null} */
function latestDone(line) {
  /** @type {Entry|null} */
  let latest = null;
  for (const entry of line) {
    const end = entry.item.actual?.end ?? null;
    if (end !== null && end > (latest?.item.actual?.end ?? -Infinity)) latest = entry;
  }
  return latest;
}

/**
 * @param {Entry|null} current @param {Entry|null} next @param {Entry|null} done
 * @param {Map<string, Span>} spans @param {number} now
 */
function lateness(current, next, done, spans, now) {
  if (current) {
    const began = current.item.actual?.start ?? current.item.planned.start;
    return began - current.item.planned.start + Math.max(0, now - clockEnd(current.item, now));
  }
  if (next) return (spans.get(next.item.id)?.start ?? next.item.planned.start) - next.item.planned.start;
  if (done) return (done.item.actual?.end ?? done.item.planned.end) - done.item.planned.end;
  return 0;
}
