// @ts-check

import { element } from '../../dom/element.js';

/**
 * A bar for a share of a whole, with its words.
 * @param {string} name
 * @param {number} share  from 0 to 1
 * @param {string} value
 * @param {string} [kind]  a class
 */
export function meter(name, share, value, kind = '') {
  const fill = element('span', { class: 'meter-fill' });
  fill.style.setProperty('--share', String(Math.min(1, Math.max(0, share))));
  return element(
    'div',
    { class: `meter ${kind}` },
    element('span', { class: 'meter-name' }, name),
    element('span', { class: 'meter-track', 'aria-hidden': 'true' }, fill),
    element('span', { class: 'meter-value' }, value),
  );
}
