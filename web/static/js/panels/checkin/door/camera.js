/**
 * The camera as a scanner, where the browser can read codes by itself.
 *
 * Owns the video element and its stream; ends both with the given signal.
 */

import { h } from "../../../dom.js";

/** How often a picture is searched for a code, ms: fast enough to feel at once, slow enough for an old phone. */
const EVERY = 120;

const FORMATS = ["qr_code", "code_128", "pdf417", "aztec", "data_matrix"];

/** @returns {boolean} whether this browser can read codes from a camera */
export function cameraReads() {
  return "BarcodeDetector" in globalThis && Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * Show the camera and report each code that it sees.
 *
 * @param {(code: string) => void} found
 * @param {AbortSignal} signal stops the camera
 * @returns {Promise<HTMLVideoElement>} rejects when there is no camera, or it is not allowed
 */
export async function watchCamera(found, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  if (signal.aborted) {
    stop();
    throw new DOMException("The camera was closed before it opened.", "AbortError");
  }
  signal.addEventListener("abort", stop, { once: true });
  const video = /** @type {HTMLVideoElement} */ (h("video", { class: "door__video" }));
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  look(video, await reader(), found, signal);
  return video;
}

/** @returns {Promise<{detect(source: HTMLVideoElement): Promise<{rawValue: string}[]>}>} */
async function reader() {
  const Detector = /** @type {any} */ (globalThis).BarcodeDetector;
  const known = await Detector.getSupportedFormats();
  return new Detector({ formats: FORMATS.filter((format) => known.includes(format)) });
}

/**
 * @param {HTMLVideoElement} video
 * @param {{detect(source: HTMLVideoElement): Promise<{rawValue: string}[]>}} detector
 * @param {(code: string) => void} found
 * @param {AbortSignal} signal
 */
function look(video, detector, found, signal) {
  const next = async () => {
    if (signal.aborted) return;
    // A picture that cannot be read is followed by the next one; there is nothing to tell anybody.
    const codes = await detector.detect(video).catch(() => []);
    if (codes[0]?.rawValue) found(codes[0].rawValue);
    setTimeout(next, EVERY);
  };
  next();
}
