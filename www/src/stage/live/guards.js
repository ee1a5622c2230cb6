// @ts-check
/**
 * The answer is written while guards look at the question, and held back until all of them have let
 * it through.
 */

import { element } from '../../dom/element.js';
import { plural } from '../../format.js';
import { field } from './field.js';

/** @param {import('../../run/record.js').RunRecord} record */
export function guardsPart({ tasks }) {
  const guards = tasks.filter(({ type }) => type === 'guard');
  const out = guards.filter(({ isOver }) => !isOver).length;
  return element(
    'div',
    { class: 'verdicts' },
    element(
      'ul',
      { class: 'ballots', 'aria-label': 'Guards' },
      ...guards.map(({ id, isOver, text }) => {
        const word = !isOver ? 'looks' : field(text, 'tripped') === 'true' ? 'tripped' : 'passed';
        return element('li', { 'data-status': word }, element('b', {}, id), ` ${word}`);
      }),
    ),
    element(
      'p',
      { class: 'hint' },
      out > 0
        ? `The answer is held back: ${plural(out, 'guard')} still ${out === 1 ? 'looks' : 'look'} at the question.`
        : 'Every guard has looked.',
    ),
  );
}
