// @ts-check

import { fanOut, names } from './plan.js';

/** @type {import('./index.js').Pattern} */
export const guarded = {
  name: 'guarded',
  label: 'Guards',
  about: 'Screens run beside the answer. When one trips, the answer is cancelled at once.',
  fields: [
    {
      name: 'input',
      kind: 'area',
      label: 'Question',
      value: 'How do I take out a wine stain from a wool coat?',
    },
    {
      name: 'guards',
      kind: 'rows',
      label: 'Guards',
      one: 'guard',
      columns: [
        { name: 'name', label: 'Name', kind: 'short' },
        { name: 'instructions', label: 'Trips when', kind: 'long' },
      ],
      value: [
        { name: 'harm', instructions: 'Trip when the question asks for help with harming someone.' },
        { name: 'secrets', instructions: 'Trip when the question contains a password or a key.' },
        { name: 'topic', instructions: 'Trip when the question is not about a household.' },
      ],
    },
  ],
  plan: ({ guards }) => fanOut([...names(guards), 'answer']),
  call: ({ input, guards }) => ({ args: [input, guards] }),
};
