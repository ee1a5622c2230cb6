// @ts-check
/**
 * How many calls were under way at each moment of the whole run, and the window of it that the
 * timeline shows.
 */

import { effect } from '@preact/signals-core';
import { element, svg } from '../dom/element.js';
import { plural } from '../format.js';

const height = 28;
const sameMomentMs = 2;
/** Whoever waits for a slot begins before the end of the call that had it is told. */
const handoverMs = 25;
/** A press that moves less is none that draws a window. */
const leastDrag = 0.01;

export class Overview {
  #area = svg('path', { class: 'area' });
  #scaled = svg('g', {}, this.#area);
  #most = element('span', { class: 'most' });
  #chart = svg(
    'svg',
    { viewBox: `0 0 1000 ${height}`, preserveAspectRatio: 'none', role: 'img', class: 'load-chart' },
    this.#scaled,
  );
  #window = element('span', { class: 'window', hidden: true });
  #strip = element(
    'div',
    { class: 'strip', title: 'Drag to zoom in on a part, or to move it; double-click shows all' },
    this.#chart,
    this.#window,
  );
  element = element(
    'div',
    { class: 'load' },
    element('span', { class: 'load-name' }, 'At once ', this.#most),
    this.#strip,
  );
  /** @type {import('../run/record.js').RunRecord['load'] | null} */
  #load = null;
  #path = '';
  #drawn = 0;
  #level = 0;
  #peak = 0;
  #at = 0;
  /** The last. @type {1 | -1} */
  #change = 1;
  #zoom;

  /**
   * @param {import('../run/session.js').Session} session
   * @param {import('./view.js').Zoom} zoom
   */
  constructor(session, zoom) {
    this.#zoom = zoom;
    this.#strip.addEventListener('pointerdown', (event) => this.#drag(event));
    // Neither selects text nor drags what is selected.
    this.#strip.addEventListener('mousedown', (event) => event.preventDefault());
    this.#strip.addEventListener('dblclick', () => zoom.all());
    effect(() => this.#draw(session.record.load, session.record.elapsed, session.span()));
    effect(() => {
      this.#window.hidden = zoom.size === 1;
      this.#window.style.left = `${100 * zoom.from}%`;
      this.#window.style.width = `${100 * zoom.size}%`;
    });
  }

  /** @param {import('../run/record.js').RunRecord['load']} load  of another run */
  #begin(load) {
    this.#load = load;
    this.#path = '';
    this.#drawn = 0;
    this.#level = 0;
    this.#peak = 0;
    this.#at = 0;
  }

  /**
   * @param {{ at: number, change: 1 | -1 }[]} load
   * @param {number} now
   * @param {number} span  of the whole
   */
  #draw(load, now, span) {
    if (load !== this.#load) this.#begin(load);
    for (; this.#drawn < load.length; this.#drawn++) {
      const { at, change } = load[this.#drawn];
      // One call's end is another's beginning: the line moves on when the moment is over.
      if (at - this.#at > this.#momentMs(change)) this.#settle();
      this.#at = at;
      this.#level += change;
      this.#change = change;
    }
    if (now - this.#at > this.#momentMs(-1)) this.#settle();
    this.#area.setAttribute('d', `M0 0${this.#path}H${now.toFixed(0)}V0Z`);
    const scaleY = (height - 2) / Math.max(1, this.#peak);
    this.#scaled.setAttribute(
      'transform',
      `translate(0 ${height}) scale(${1000 / Math.max(1, span)} ${scaleY})`,
    );
    this.#most.textContent = `max. ${this.#peak}`;
    this.#chart.setAttribute(
      'aria-label',
      `At most ${plural(this.#peak, 'call was', 'calls were')} under way at once.`,
    );
  }

  /** @param {1 | -1} next  what comes, or may come */
  #momentMs(next) {
    return this.#change === 1 && next === -1 ? handoverMs : sameMomentMs;
  }

  #settle() {
    this.#path += `H${this.#at.toFixed(0)}V${-this.#level}`;
    this.#peak = Math.max(this.#peak, this.#level);
  }

  /**
   * Within the window it moves that; elsewhere it draws a new one.
   * @param {PointerEvent} event
   */
  #drag({ clientX, pointerId, button }) {
    if (button !== 0) return;
    const strip = this.#strip;
    const { left, width } = strip.getBoundingClientRect();
    const share = (/** @type {number} */ x) => Math.min(1, Math.max(0, (x - left) / width));
    const began = share(clientX);
    const { from, size } = this.#zoom;
    const moves = size < 1 && began >= from && began <= from + size;
    const onMove = (/** @type {PointerEvent} */ event) => {
      const at = share(event.clientX);
      if (moves) this.#zoom.show(from + at - began, size);
      else if (Math.abs(at - began) >= leastDrag) this.#zoom.show(Math.min(at, began), Math.abs(at - began));
    };
    strip.setPointerCapture(pointerId);
    strip.addEventListener('pointermove', onMove);
    strip.addEventListener('lostpointercapture', () => strip.removeEventListener('pointermove', onMove), {
      once: true,
    });
  }
}
