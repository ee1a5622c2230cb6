// @ts-check
/** How many levels it took to join the results of a map-reduce. */

import { element } from '../../dom/element.js';
import { plural } from '../../format.js';

/** @param {{ levels?: number }} result */
export function levelsPart({ levels }) {
  if (levels === undefined) return null;
  return element('p', { class: 'hint' }, `Joined in ${plural(levels, 'level')}.`);
}
