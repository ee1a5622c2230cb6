// @ts-check

import { fanOut, numbered } from './plan.js';

/** @type {import('./index.js').Pattern} */
export const bestOf = {
  name: 'bestOf',
  label: 'Best of N',
  about: 'Several attempts at the same thing, at the same time. A picker chooses the best.',
  fields: [
    {
      name: 'input',
      kind: 'area',
      label: 'Prompt',
      value: 'Write one line that sells a bakery that is open at night.',
    },
    { name: 'n', kind: 'number', label: 'Attempts', value: 5, min: 1, max: 100 },
  ],
  plan: ({ input, n }) => fanOut(numbered('candidate', n), 'picker', input),
  call: ({ input, n }) => ({ args: [input, n], options: { temperature: 1 } }),
};
