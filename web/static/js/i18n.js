/**
 * The words and figures of the page's language.
 *
 * Owns    the catalogs, and how instants and durations are written.
 * Never   reads the clock or touches the page.
 * Used by everything that shows text.
 */

/** @type {Map<string, Map<string, string>>} */
const catalogs = new Map();
/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();
let current = "en";
let zone = "UTC";

/**
 * Choose the page's language and the event's time zone.
 *
 * @param {{language: string, timezone: string}} settings
 */
export function speak(settings) {
  current = settings.language;
  zone = settings.timezone;
}

/** The page's language tag: `en` or `zh-Hans`. */
export function language() {
  return current;
}

/** The event's time zone. */
export function timezone() {
  return zone;
}

/**
 * Add translations of one language; a panel brings its own.
 *
 * @param {string} tag
 * @param {Record<string, string>} table English text → translated text
 */
export function translate(tag, table) {
  const catalog = catalogs.get(tag) ?? new Map();
  for (const [english, translated] of Object.entries(table)) catalog.set(english, translated);
  catalogs.set(tag, catalog);
}

/**
 * The text in the page's language, `{name}` placeholders filled; `{n|waits|wait}` is the first word for one, else the
 * second.
 *
 * @param {string} english
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(english, values) {
  const text = catalogs.get(current)?.get(english) ?? english;
  if (!values) return text;
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (whole, name, one, more) => {
    if (!(name in values)) return whole;
    const value = String(values[name]);
    return one === undefined ? value : value === "1" ? one : more;
  });
}

/**
 * The title of something that carries its own languages, such as `{en: "Stage", "zh-Hans": "舞台"}`.
 *
 * @param {string | Record<string, string>} titles
 * @returns {string}
 */
export function pick(titles) {
  if (typeof titles === "string") return titles;
  return titles[current] ?? titles["en"] ?? Object.values(titles)[0] ?? "";
}

/**
 * A time of day, `09:41`, or `09:41:27` with seconds.
 *
 * @param {number | null | undefined} instant
 * @param {string} [tz] the event's zone unless told
 * @param {{seconds?: boolean}} [options]
 * @returns {string} `--:--` for no instant
 */
export function formatClock(instant, tz = zone, options = {}) {
  if (instant === null || instant === undefined) return options.seconds ? "--:--:--" : "--:--";
  const seconds = options.seconds ? { second: /** @type {const} */ ("2-digit") } : {};
  return format(`clock${tz}${options.seconds}`, tz, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...seconds }).format(instant);
}

/**
 * A calendar day, short, with its weekday.
 *
 * @param {number} instant
 * @param {string} [tz]
 * @returns {string}
 */
export function formatDay(instant, tz = zone) {
  return format(`day${tz}`, tz, { weekday: "short", month: "short", day: "numeric" }).format(instant);
}

/**
 * @param {string} key
 * @param {string} tz
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(key, tz, options) {
  const name = `${current} ${key}`;
  const known = formats.get(name);
  if (known) return known;
  const made = new Intl.DateTimeFormat(current === "en" ? "en-GB" : "zh-CN", { timeZone: tz, ...options });
  formats.set(name, made);
  return made;
}

/**
 * A count: `12:41`, `1:02:03`, and `+03:12` for overtime (negative remaining time).
 *
 * @param {number | null | undefined} remaining milliseconds
 * @returns {string}
 */
export function formatCount(remaining) {
  if (remaining === null || remaining === undefined) return "--:--";
  // Rounded so that 00:00 shows at the very instant the time is up, and overtime starts from there.
  const total = remaining >= 0 ? Math.ceil(remaining / 1000) : Math.floor(-remaining / 1000);
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const digits = hours > 0 ? `${hours}:${pad(minutes)}:${pad(total % 60)}` : `${pad(minutes)}:${pad(total % 60)}`;
  return remaining < 0 ? `+${digits}` : digits;
}

/**
 * Lateness in words: `3 min late`, `on time`, `2 min early`.
 *
 * @param {number} late milliseconds, positive means late
 * @returns {string}
 */
export function inWords(late) {
  const minutes = Math.round(Math.abs(late) / 60000);
  if (minutes === 0) return t("on time");
  return t(late > 0 ? "{span} late" : "{span} early", { span: formatSpan(Math.abs(late)) });
}

/**
 * A length of time in words: `40 s`, `3 min`, `1 h 5 min`.
 *
 * @param {number} span milliseconds, not negative
 * @returns {string}
 */
export function formatSpan(span) {
  if (span < 59500) return t("{n} s", { n: Math.max(0, Math.round(span / 1000)) });
  const minutes = Math.round(span / 60000);
  if (minutes < 60) return t("{n} min", { n: minutes });
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? t("{n} h", { n: hours }) : t("{h} h {n} min", { h: hours, n: minutes % 60 });
}

/**
 * A whole number with the language's grouping.
 *
 * @param {number} value
 * @returns {string}
 */
export function formatNumber(value) {
  return value.toLocaleString(current === "en" ? "en-GB" : "zh-CN", { maximumFractionDigits: 1 });
}
