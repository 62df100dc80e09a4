/**
 * What a command and its refusal are to the page.
 *
 * Owns    the shape of a refusal, and refs.
 * Never   sends anything.
 * Used by the link, the outbox and toasts.
 */

export class CommandError extends Error {
  /**
   * @param {string} code the contract's error code
   * @param {string} message one sentence from the server, in English
   * @param {Record<string, any>} [detail]
   * @param {boolean} [retry] whether the same command may succeed later
   */
  constructor(code, message, detail = {}, retry = false) {
    super(message);
    this.name = "CommandError";
    this.code = code;
    this.detail = detail;
    this.retry = retry;
  }
}

/**
 * A random UUID, also on pages that came over plain HTTP in a venue's own network, where `crypto.randomUUID`
 * does not exist.
 *
 * @returns {string}
 */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (/** @type {number} */ (bytes[6]) & 0x0f) | 0x40;
  bytes[8] = (/** @type {number} */ (bytes[8]) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * @typedef {object} CommandFrame
 * @property {"cmd"} t
 * @property {string} ref
 * @property {string} c
 * @property {string} v
 * @property {Record<string, any>} args
 * @property {number} [rev]
 */

const ASK_AGAIN = 1_500;

/** The commands that were given and not yet answered, in order. */
export class Errands {
  /** @type {Map<string, {frame: CommandFrame, patient: boolean, resolve: (result: any) => void, reject: (error: CommandError) => void}>} */
  #open = new Map();
  /** Set while the server can store nothing: what is asked meanwhile waits, in order. @type {any} */
  #again = null;
  #transmit;
  #timers;

  /**
   * @param {(frame: CommandFrame) => void} transmit drops the frame while there is no greeted connection
   * @param {import("./clock.js").Timers} timers
   */
  constructor(transmit, timers) {
    this.#transmit = transmit;
    this.#timers = timers;
  }

  /**
   * Send a command, and again until it is answered. Who is not patient is told when the server cannot store it now.
   *
   * @param {CommandFrame} frame
   * @param {boolean} patient
   * @returns {Promise<any>}
   */
  send(frame, patient) {
    const answer = new Promise((resolve, reject) => this.#open.set(frame.ref, { frame, patient, resolve, reject }));
    if (!this.#again) this.#transmit(frame);
    return answer;
  }

  /** Send everything that is unanswered as it was, oldest first. */
  resume() {
    this.#timers.clear(this.#again);
    this.#again = null;
    for (const { frame } of this.#open.values()) this.#transmit(frame);
  }

  /**
   * Settle the command an `ok` or `err` frame belongs to.
   *
   * @param {any} frame
   * @returns {boolean} whether it belonged to one
   */
  answer(frame) {
    const errand = this.#open.get(frame.ref);
    if (!errand) return false;
    if (frame.code === "unavailable" && frame.retry && errand.patient) {
      this.#again ??= this.#timers.set(() => this.resume(), ASK_AGAIN);
      return true;
    }
    this.#open.delete(frame.ref);
    if (frame.t === "ok") errand.resolve(frame.result);
    else errand.reject(new CommandError(frame.code, frame.message, frame.detail ?? {}, frame.retry));
    return true;
  }

  /**
   * Refuse everything that is open: no connection will come again.
   *
   * @param {string} reason
   */
  abandon(reason) {
    for (const { reject } of this.#open.values()) reject(new CommandError("unavailable", reason));
    this.#open.clear();
  }
}
