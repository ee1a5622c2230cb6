// @ts-check
/** What each guard said. */

import { element } from '../../dom/element.js';

/** @param {any} result */
export function verdictsPart({ verdicts, blocked }) {
  if (!verdicts) return null;
  return element(
    'div',
    { class: 'verdicts' },
    element(
      'p',
      { class: blocked ? 'notice bad' : 'notice good' },
      blocked
        ? `Blocked by ${blocked.guard}: the answer was cancelled at once.`
        : 'Let through: no guard tripped.',
    ),
    element('ul', { class: 'ballots', 'aria-label': 'Verdicts' }, ...verdicts.map(verdict)),
  );
}

/** @param {{ guard: string, tripped: boolean | null, reason: string | null }} verdict */
function verdict({ guard, tripped, reason }) {
  // Without one where another guard was quicker to trip.
  const word = tripped === null ? 'was cut short' : tripped ? 'tripped' : 'passed';
  return element(
    'li',
    { 'data-status': word },
    element('b', {}, guard),
    ` ${word}`,
    reason ? `: ${reason}` : '',
  );
}
