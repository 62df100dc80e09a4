/**
 * Plotly, fetched when the first chart is drawn.
 *
 * Owns    loading the library once, and how tokens and instants are told to it.
 * Never   loads on a page that has no chart.
 * Used by panels that chart.
 */
import { timezone } from "./i18n.js";

const ADDRESS = "/static/vendor/plotly.min.js";

/** @type {Promise<any>|null} */
let loading = null;

/**
 * The library. A failed load is tried again by the next caller.
 *
 * @returns {Promise<any>}
 */
export function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = ADDRESS;
    script.onload = () => resolve(/** @type {any} */ (window)["Plotly"]);
    script.onerror = () => {
      loading = null;
      script.remove();
      reject(new Error("The chart library could not be loaded; the chart comes back with the next try."));
    };
    document.head.append(script);
  });
  return loading;
}

/** @type {CanvasRenderingContext2D|null} */
let canvas = null;

/**
 * The value of a design token as it stands on an element. A colour comes as `rgb()` or `rgba()`: Plotly knows no
 * newer notation.
 *
 * @param {Element} element
 * @param {string} name such as `--ink-soft`
 */
export function token(element, name) {
  const value = getComputedStyle(element).getPropertyValue(name).trim();
  if (!CSS.supports("color", value)) return value;
  canvas ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!canvas) return value;
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = value;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha = 255] = canvas.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
}

/** @type {Intl.DateTimeFormat|null} */
let parts = null;

/**
 * An instant as the event's wall clock reads it, in the form that Plotly's date axes take: they know no zones.
 *
 * @param {number} instant
 * @returns {string} `2022-09-03 09:41:27`
 */
export function wallTime(instant) {
  parts ??= new Intl.DateTimeFormat("sv-SE", { timeZone: timezone(), dateStyle: "short", timeStyle: "medium" });
  return parts.format(instant);
}
