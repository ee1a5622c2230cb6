// @ts-check
/** Tools that models called: those of one message run side by side. */

import { element } from '../../dom/element.js';
import { duration } from '../../format.js';

const most = 12;

/** @param {import('../../run/record.js').RunRecord} record */
export function toolsPart(record) {
  const { tasks } = record;
  const calls = tasks.flatMap(({ id, tools }) => tools.map((call) => ({ id, call }))).slice(-most);
  if (calls.length === 0) return null;
  // Asked for only here: without tools the time that passes changes nothing.
  const { elapsed } = record;
  const first = Math.min(...calls.map(({ call }) => call.from));
  const last = Math.max(...calls.map(({ call }) => call.to ?? elapsed));
  const span = Math.max(1, last - first);
  return element(
    'ul',
    { class: 'tools', 'aria-label': 'Tools' },
    ...calls.map(({ id, call: { name, from, to, result } }) => {
      const bar = element('span', { class: `bar ${to === null ? 'running' : 'good'}` });
      bar.style.left = `${(100 * (from - first)) / span}%`;
      bar.style.width = `${(100 * ((to ?? elapsed) - from)) / span}%`;
      return element(
        'li',
        { title: result ?? false },
        element('span', {}, element('b', {}, name), ` for ${id}`),
        element('span', { class: 'track' }, bar),
        element('span', { class: 'bar-end' }, to === null ? '' : duration(to - from)),
      );
    }),
  );
}
