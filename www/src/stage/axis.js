// @ts-check
/** Round moments of what the timeline shows, and the buttons that zoom. */

import { effect, signal } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { inTrack } from './view.js';

const mostTicks = 5;
/** What a moment's words take, in pixels. */
const widthOfTick = 64;

export class Axis {
  #labels = Array.from({ length: mostTicks }, () => element('span'));
  #ticks = signal(mostTicks);
  element;

  /**
   * @param {import('./view.js').Zoom} zoom
   * @param {HTMLElement} grid  whose lines stand at the same moments
   */
  constructor(zoom, grid) {
    const button = (/** @type {string} */ sign, /** @type {string} */ name, /** @type {() => void} */ act) =>
      element(
        'button',
        { type: 'button', class: 'quiet', 'aria-label': name, title: name, onclick: act },
        sign,
      );
    const labels = element('div', { class: 'axis', 'aria-hidden': 'true' }, ...this.#labels);
    this.element = element(
      'div',
      { class: 'axis-row' },
      element(
        'span',
        { class: 'zoom' },
        button('−', 'Zoom out', () => zoom.out()),
        button('+', 'Zoom in', () => zoom.in()),
        button('all', 'Show all of the time', () => zoom.all()),
      ),
      labels,
    );
    new ResizeObserver(([{ contentRect }]) => {
      const fit = Math.floor(contentRect.width / widthOfTick);
      this.#ticks.value = Math.min(mostTicks, Math.max(1, fit));
    }).observe(labels);
    effect(() => this.#draw(zoom.view, grid));
  }

  /**
   * @param {import('./view.js').View} view
   * @param {HTMLElement} grid
   */
  #draw({ start, span }, grid) {
    const step = roundStep(span / this.#ticks.value);
    const first = Math.ceil(start / step) * step;
    const share = (/** @type {number} */ ms) => `${((100 * ms) / span).toFixed(2)}%`;
    for (const [index, label] of this.#labels.entries()) {
      const at = first + index * step;
      label.hidden = at - start > span * 0.9;
      label.style.translate = inTrack(at - start, span);
      label.textContent = at === 0 ? '0' : roundDuration(at, step);
    }
    grid.style.setProperty('--tick', share(step));
    grid.style.setProperty('--first-tick', share(first - start));
  }
}

/**
 * The next of 1, 2, 5, 10, 20, 50 and so on.
 * @param {number} least
 */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least) ?? 10 * power;
}

/**
 * @param {number} ms  a round number
 * @param {number} step  to the next one: seconds have as many decimals as tell them apart
 */
function roundDuration(ms, step) {
  if (ms < 1000) return `${Number(ms.toFixed(2))} ms`;
  return `${(ms / 1000).toFixed(Math.max(0, Math.ceil(3 - Math.log10(step))))} s`;
}
