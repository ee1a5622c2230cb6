// @ts-check
/** Scores by criterion. */

import { element } from '../../dom/element.js';
import { meter } from './meter.js';

/** @param {any} result */
export function scoresPart({ scores, total }) {
  if (!scores || typeof scores !== 'object') return null;
  const rows = Array.isArray(scores)
    ? scores
    : Object.entries(scores).map(([criterion, value]) =>
        value && typeof value === 'object' ? { criterion, ...value } : { criterion, score: value },
      );
  const most = Math.max(1, ...rows.map(({ max, score }) => Number(max ?? (score > 5 ? 10 : 5))));
  return element(
    'div',
    { class: 'scores' },
    ...rows.map(({ criterion, id, score, max, reasoning, reason }) =>
      element(
        'div',
        {},
        meter(
          String(criterion ?? id),
          Number(score ?? 0) / Number(max ?? most),
          score === null ? '–' : String(score),
        ),
        (reasoning ?? reason) && element('p', { class: 'hint' }, String(reasoning ?? reason)),
      ),
    ),
    typeof total === 'number' &&
      element('p', { class: 'total' }, 'Total ', element('b', {}, String(Math.round(total * 100) / 100))),
  );
}
