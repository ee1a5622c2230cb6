// @ts-check
/** What each guard said. */

import { element } from '../../dom/element.js';

/** @param {any} result */
export function verdictsPart({ verdicts, blocked }) {
  if (!verdicts) return null;
  const rows = Array.isArray(verdicts)
    ? verdicts
    : Object.entries(verdicts).map(([guard, verdict]) => ({ guard, ...verdict }));
  return element(
    'div',
    {},
    element(
      'p',
      { class: blocked ? 'notice bad' : 'notice good' },
      blocked
        ? `Blocked by ${blocked.guard}: the answer was cancelled at once.`
        : 'Let through: no guard tripped.',
    ),
    element('ul', { class: 'ballots', 'aria-label': 'Verdicts' }, ...rows.map(verdict)),
  );
}

/** @param {any} verdict */
function verdict({ guard, id, tripped, status, reason }) {
  return element(
    'li',
    { 'data-status': tripped ? 'tripped' : 'passed' },
    element('b', {}, String(guard ?? id ?? '')),
    ' ',
    tripped ? 'tripped' : status === 'failed' ? 'did not answer' : 'passed',
    reason ? `: ${reason}` : '',
  );
}
