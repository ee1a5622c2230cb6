// @ts-check
/** Scores by criterion. */

import { element } from '../../dom/element.js';
import { meter } from './meter.js';

const highest = 10;

/** @param {any} result */
export function scoresPart({ scores, reasons, total }) {
  if (!scores || typeof scores !== 'object') return null;
  return element(
    'div',
    { class: 'scores' },
    ...Object.entries(scores).map(([criterion, score]) =>
      element(
        'div',
        {},
        meter(criterion, Number(score ?? 0) / highest, score === null ? 'no score' : `${score}`),
        reasons?.[criterion] && element('p', { class: 'hint' }, String(reasons[criterion])),
      ),
    ),
    typeof total === 'number' &&
      element('p', { class: 'total' }, 'Total ', element('b', {}, String(Math.round(total * 100) / 100))),
  );
}
