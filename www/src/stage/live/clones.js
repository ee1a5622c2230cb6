// @ts-check
/** Copies of one agent, each alone with its own context. */

import { element } from '../../dom/element.js';
import { plural } from '../../format.js';

/** @param {import('../../run/record.js').RunRecord} record */
export function clonesPart({ tasks }) {
  return element(
    'div',
    { class: 'clones' },
    element(
      'ul',
      { 'aria-label': 'Clones' },
      ...tasks.map(({ id, state, text, isOver }) =>
        element(
          'li',
          { 'data-state': state },
          element('b', { dir: 'auto' }, id),
          ` sees the text and “${id}”, and nothing of the other ${plural(tasks.length - 1, 'context')}.`,
          text && ` ${plural(text.length, 'character')}${isOver ? '' : ' so far'}.`,
        ),
      ),
    ),
  );
}
