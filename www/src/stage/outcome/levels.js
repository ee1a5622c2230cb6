// @ts-check
/** How many results were left after each level of a map-reduce. */

import { element } from '../../dom/element.js';

/** @param {any} result */
export function levelsPart({ levels }) {
  if (levels === undefined || levels === null) return null;
  const text = Array.isArray(levels)
    ? levels
        .map((level) => (typeof level === 'object' ? (level.length ?? level.tasks ?? level.size) : level))
        .join(' → ')
    : `${levels} ${levels === 1 ? 'level' : 'levels'}`;
  return element('p', { class: 'hint' }, `Joined in ${text}.`);
}
