/**
 * Sounds and taps of the door, so that eyes may stay on the person.
 *
 * Owns    the audio context and whether it is wanted on this device.
 */

const SHELF = "cuedesk.door.sound";

/** Notes of each verdict: hertz, start and length in seconds. @type {Record<string, [number, number, number][]>} */
const TUNES = {
  ok: [
    [880, 0, 0.08],
    [1320, 0.09, 0.12],
  ],
  attention: [
    [660, 0, 0.12],
    [660, 0.18, 0.12],
    [990, 0.36, 0.18],
  ],
  bad: [[220, 0, 0.35]],
  saved: [[520, 0, 0.1]],
};

/** @type {Record<string, number[]>} */
const TAPS = { ok: [40], attention: [60, 60, 60], bad: [250], saved: [30] };

/** @type {AudioContext | null} */
let context = null;

/** @returns {boolean} whether this device is to make sounds */
export function isLoud() {
  return localStorage.getItem(SHELF) !== "off";
}

/** @param {boolean} on */
export function setLoud(on) {
  localStorage.setItem(SHELF, on ? "on" : "off");
}

/**
 * Sound a verdict.
 *
 * @param {string} tone
 */
export function chime(tone) {
  navigator.vibrate?.(TAPS[tone] ?? []);
  if (!isLoud() || typeof AudioContext !== "function") return;
  context ??= new AudioContext();
  for (const [pitch, start, length] of TUNES[tone] ?? []) play(context, pitch, context.currentTime + start, length);
}

/**
 * @param {AudioContext} audio
 * @param {number} pitch hertz
 * @param {number} at
 * @param {number} length seconds
 */
function play(audio, pitch, at, length) {
  const tone = new OscillatorNode(audio, { frequency: pitch, type: "triangle" });
  const volume = new GainNode(audio, { gain: 0.25 });
  volume.gain.setTargetAtTime(0, at + length * 0.6, length * 0.2);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + length);
}
