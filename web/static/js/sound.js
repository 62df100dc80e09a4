/**
 * Short tunes without a file.
 *
 * Owns    the page's audio context, and whether the browser lets it be heard yet.
 * Never   decides when something sounds.
 * Used by the door's verdicts and the stage's reminders.
 */

/** Hertz, start and length in seconds. @typedef {[number, number, number]} Note */

/** @type {AudioContext | null} */
let context = null;

/** Whether a tune would be heard; browsers want a tap first. @returns {boolean} */
export function isAudible() {
  if (typeof AudioContext !== "function") return false;
  context ??= new AudioContext();
  return context.state === "running";
}

/** Call `fn` when a browser begins or ceases to let tunes be heard, until `signal` aborts. @param {() => void} fn @param {AbortSignal} signal */
export function onAudible(fn, signal) {
  context?.addEventListener("statechange", fn, { signal });
}

/** Let tunes be heard: to be called while a tap is handled. @returns {Promise<boolean>} whether they are from now on */
export async function unlock() {
  if (!isAudible()) await context?.resume().catch(() => {});
  return isAudible();
}

/** @param {Note[]} notes */
export function play(notes) {
  if (typeof AudioContext !== "function") return;
  context ??= new AudioContext();
  for (const [pitch, start, length] of notes) sound(context, pitch, context.currentTime + start, length);
}

/**
 * @param {AudioContext} audio
 * @param {number} pitch hertz
 * @param {number} at
 * @param {number} length seconds
 */
function sound(audio, pitch, at, length) {
  const tone = new OscillatorNode(audio, { frequency: pitch, type: "triangle" });
  const volume = new GainNode(audio, { gain: 0.25 });
  volume.gain.setTargetAtTime(0, at + length * 0.6, length * 0.2);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + length);
}
