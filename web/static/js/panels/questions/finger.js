/**
 * A finger on a card: a tap, a pull to the side, or, after holding it a moment, a throw upwards.
 *
 * Owns    the drag in progress.
 * Never   knows what a movement means: it says how far and whether the card was lifted.
 */

/** A finger that moved less than this has tapped. */
const TAP = 8;

/** A card that is held this long is lifted: from then on the list does not scroll under it, ms. */
const HOLD = 350;

/**
 * @typedef {object} Touched
 * @property {(dx: number, dy: number, lifted: boolean) => void} pull
 * @property {(dx: number, dy: number, lifted: boolean) => void} drop
 * @property {() => void} tap
 * @property {() => void} rest the drag is over, whatever came of it
 * @property {() => boolean} liftable whether holding it lifts it
 * @property {boolean} [free] it is pulled in every direction without being lifted: nothing scrolls under it
 */

export class Finger {
  #drag = { id: -1, x: 0, y: 0, dx: 0, dy: 0 };
  #lifted = false;
  /** @type {any} */
  #timer = null;
  #face;
  #touched;

  /**
   * @param {HTMLElement} face
   * @param {Touched} touched
   */
  constructor(face, touched) {
    this.#face = face;
    this.#touched = touched;
    face.addEventListener("pointerdown", (event) => this.#grab(event));
    face.addEventListener("pointermove", (event) => this.#pull(event));
    face.addEventListener("pointerup", (event) => this.#drop(event));
    face.addEventListener("pointercancel", () => this.#rest());
    // Only the touch event can keep the browser from scrolling; it must be known before the first movement.
    face.addEventListener("touchmove", (event) => this.#lifted && event.cancelable && event.preventDefault(), { passive: false });
    face.addEventListener("contextmenu", (event) => this.#lifted && event.preventDefault());
    // A finger's tap is told when it leaves; a click without one is a screen reader's.
    face.addEventListener("click", (event) => event.detail === 0 && touched.tap());
  }

  #isTap() {
    return Math.hypot(this.#drag.dx, this.#drag.dy) < TAP;
  }

  /** @param {PointerEvent} event */
  #grab(event) {
    const onControl = event.target instanceof Element && event.target.closest("button, textarea, input, a");
    this.#drag = { id: onControl ? -1 : event.pointerId, x: event.clientX, y: event.clientY, dx: 0, dy: 0 };
    clearTimeout(this.#timer);
    if (!onControl && this.#touched.liftable()) this.#timer = setTimeout(() => this.#lift(), HOLD);
  }

  #lift() {
    if (!this.#isTap() || this.#drag.id === -1) return;
    this.#lifted = true;
    navigator.vibrate?.(20);
    this.#face.setPointerCapture(this.#drag.id);
    this.#touched.pull(0, 0, true);
  }

  /** @param {PointerEvent} event */
  #pull(event) {
    const drag = this.#drag;
    if (event.pointerId !== drag.id) return;
    drag.dx = event.clientX - drag.x;
    drag.dy = event.clientY - drag.y;
    if (!this.#lifted && !this.#isTap()) clearTimeout(this.#timer);
    if (this.#lifted || Math.abs(drag.dx) >= TAP || this.#touched.free) this.#touched.pull(drag.dx, drag.dy, this.#lifted);
  }

  /** @param {PointerEvent} event */
  #drop(event) {
    const { id, dx, dy } = this.#drag;
    if (event.pointerId !== id) return;
    const lifted = this.#lifted;
    this.#rest();
    if (this.#isTap()) this.#touched.tap();
    else this.#touched.drop(dx, dy, lifted);
  }

  #rest() {
    clearTimeout(this.#timer);
    this.#drag.id = -1;
    this.#lifted = false;
    this.#touched.rest();
  }
}
