// @ts-check
/** How many calls were under way at each moment, on the clock of the time line. */

import { element, svg } from '../dom/element.js';

const height = 40;
/** At most. */
const ticks = 5;
const sameMomentMs = 2;

export class Load {
  #area = svg('path', { class: 'area' });
  #scaled = svg('g', {}, this.#area);
  #most = element('span', { class: 'most' });
  #axis = element(
    'div',
    { class: 'axis', 'aria-hidden': 'true' },
    ...Array.from({ length: ticks }, () => element('span')),
  );
  #chart = svg(
    'svg',
    { viewBox: `0 0 1000 ${height}`, preserveAspectRatio: 'none', role: 'img', class: 'load-chart' },
    this.#scaled,
  );
  #path = '';
  #drawn = 0;
  #level = 0;
  #peak = 0;
  #at = 0;

  element = element(
    'div',
    { class: 'load' },
    element('span', { class: 'load-name' }, 'At once ', this.#most),
    element('div', { class: 'load-body' }, this.#chart, this.#axis),
  );

  clear() {
    this.#path = '';
    this.#drawn = 0;
    this.#level = 0;
    this.#peak = 0;
    this.#at = 0;
  }

  #settle() {
    this.#path += `H${this.#at.toFixed(0)}V${-this.#level}`;
    this.#peak = Math.max(this.#peak, this.#level);
  }

  /**
   * @param {{ at: number, change: 1 | -1 }[]} load
   * @param {number} now
   * @param {import('./view.js').View} view
   */
  draw(load, now, { start, span }) {
    for (; this.#drawn < load.length; this.#drawn++) {
      const { at, change } = load[this.#drawn];
      // One call's end is another's beginning: the line moves on when the moment is over.
      if (at - this.#at > sameMomentMs) this.#settle();
      this.#at = at;
      this.#level += change;
    }
    if (now - this.#at > sameMomentMs) this.#settle();
    this.#area.setAttribute('d', `M0 0${this.#path}H${now.toFixed(0)}V0Z`);
    const scaleY = (height - 2) / Math.max(1, this.#peak);
    this.#scaled.setAttribute(
      'transform',
      `translate(${(-1000 * start) / Math.max(1, span)} ${height}) scale(${1000 / Math.max(1, span)} ${scaleY})`,
    );
    this.#most.textContent = `max. ${this.#peak}`;
    this.#chart.setAttribute('aria-label', `At most ${this.#peak} calls were under way at once.`);
    const step = roundStep(span / ticks);
    for (const [index, label] of [...this.#axis.children].entries()) {
      const at = (Math.ceil(start / step) + index) * step;
      /** @type {HTMLElement} */ (label).hidden = at - start > span * 0.95;
      /** @type {HTMLElement} */ (label).style.left = `${((100 * (at - start)) / span).toFixed(2)}%`;
      label.textContent = at === 0 ? '0' : roundDuration(at);
    }
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

/** @param {number} ms  a round number */
function roundDuration(ms) {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
