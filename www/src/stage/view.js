// @ts-check
/** Which part of a run's time is shown: all of it, or what was zoomed in on. */

/** @typedef {{ start: number, span: number }} View  in milliseconds */

const step = 1.5;
/** Of the whole. */
const least = 1 / 500;

export class Zoom {
  #session;

  /** @param {import('../run/session.js').Session} session */
  constructor(session) {
    this.#session = session;
  }

  /** Where the window begins, as a share of the whole, which may still grow. */
  get from() {
    return this.#session.look.window.value.from;
  }

  /** How wide the window is. */
  get size() {
    return this.#session.look.window.value.size;
  }

  /** What is shown at the moment. @returns {View} */
  get view() {
    return this.#of(this.#session.span());
  }

  /** The same anew with each frame. @returns {View} */
  get movingView() {
    return this.#of(this.#session.span(this.#session.elapsed));
  }

  in() {
    this.#by(step, 0.5);
  }

  out() {
    this.#by(1 / step, 0.5);
  }

  /**
   * @param {number} span  of the whole
   * @returns {View}
   */
  #of(span) {
    return { start: this.from * span, span: this.size * span };
  }

  /** Shows all of the time. */
  all() {
    this.show(0, 1);
  }

  /**
   * @param {string} key
   * @returns {boolean} whether it means something here
   */
  key(key) {
    if (key === '+' || key === '=') this.in();
    else if (key === '-') this.out();
    else if (key === '0') this.all();
    else if (key === 'ArrowLeft') this.show(this.from - this.size / 4, this.size);
    else if (key === 'ArrowRight') this.show(this.from + this.size / 4, this.size);
    else return false;
    return true;
  }

  /** @param {HTMLElement} element  with tracks in it */
  listen(element) {
    element.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.#by(event.deltaY < 0 ? step : 1 / step, shareAt(element, event.clientX));
      },
      { passive: false },
    );
    element.addEventListener('pointermove', ({ buttons, movementX }) => {
      if (buttons !== 1 || this.size === 1) return;
      const width = trackOf(element)?.width ?? 1;
      this.show(this.from - (movementX / width) * this.size, this.size);
    });
  }

  /**
   * @param {number} factor
   * @param {number} at  what stays where it is, as a share of the width
   */
  #by(factor, at) {
    const size = Math.min(1, Math.max(least, this.size / factor));
    this.show(this.from + at * (this.size - size), size);
  }

  /**
   * @param {number} from  as a share of the whole
   * @param {number} size
   */
  show(from, size) {
    const width = Math.min(1, Math.max(least, size));
    this.#session.look.window.value = { from: Math.min(1 - width, Math.max(0, from)), size: width };
  }
}

/**
 * Where a moment is in its track, as a length to be moved by: a browser lays out and counts as
 * jumps what changes its place, and not what is moved from it.
 * @param {number} ms  since what is shown began
 * @param {number} span
 */
export function inTrack(ms, span) {
  return `${((100 * ms) / span).toFixed(2)}cqi`;
}

/** @param {HTMLElement} element */
function trackOf(element) {
  return element.querySelector('.track')?.getBoundingClientRect();
}

/**
 * @param {HTMLElement} element
 * @param {number} x
 */
function shareAt(element, x) {
  const track = trackOf(element);
  return track ? Math.min(1, Math.max(0, (x - track.left) / track.width)) : 0.5;
}
