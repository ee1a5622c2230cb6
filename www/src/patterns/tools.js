// @ts-check

import { offered } from './offered-tools.js';
import { fanOut } from './plan.js';

/** @type {import('./index.js').Pattern} */
export const tools = {
  name: 'tools',
  function: 'parallelProcess',
  label: 'Tools',
  about:
    'Each model may call tools. All calls of one message run at the same time, and the model goes on with what they gave.',
  fields: [
    { name: 'task', kind: 'area', label: 'Task', value: 'Decide where to spend Saturday: Lisbon or Porto' },
    {
      name: 'cities',
      kind: 'lines',
      label: 'Cities',
      hint: 'One on each line. The tools know the weather, opening hours and trains; what they say is made up.',
      value: ['Lisbon', 'Porto'],
    },
  ],
  plan: ({ cities }) => fanOut(cities, 'summary', cities.map(contentFor)),
  call: ({ task, cities }) => ({
    args: [
      task,
      cities.map((/** @type {string} */ city) => ({
        id: city,
        content: contentFor(city),
      })),
    ],
    options: { tools: offered },
  }),
};

/** @param {string} city */
function contentFor(city) {
  return `Plan a day in ${city}. Look up the weather, opening hours and trains first.`;
}
