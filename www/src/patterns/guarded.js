// @ts-check

import { namedRows } from './named-rows.js';
import { fanOut, names, texts } from './plan.js';

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
    namedRows(
      {
        name: 'guards',
        label: 'Guards',
        one: 'guard',
        id: 'name',
        text: 'instructions',
        textLabel: 'Trips when',
      },
      {
        harm: 'Trip when the question asks for help with harming someone.',
        secrets: 'Trip when the question contains a password or a key.',
        topic: 'Trip when the question is not about a household.',
      },
    ),
  ],
  plan: ({ guards, input }) =>
    fanOut([...names(guards), 'answer'], undefined, [...texts(guards, 'instructions'), input]),
  call: ({ input, guards }) => ({ args: [input, guards] }),
};
