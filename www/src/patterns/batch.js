// @ts-check

import { fanOut, numbered } from './plan.js';

/** @type {import('./index.js').Pattern} */
export const batch = {
  name: 'batch',
  label: 'Batch',
  about: 'The same work on every input of a list, as many at once as the limits allow.',
  fields: [
    {
      name: 'instructions',
      kind: 'area',
      label: 'What to do with each',
      value: 'Say whether the review is positive, negative or mixed, and why, in one sentence.',
    },
    {
      name: 'inputs',
      kind: 'lines',
      label: 'Inputs',
      hint: 'One on each line.',
      value: [
        'Arrived a day early and works as described.',
        'The handle broke in the first week.',
        'Lovely colour, but much smaller than in the picture.',
        'My third one. The first still runs after nine years.',
        'Support answered within the hour and sent a new part.',
        'Too loud for a bedroom.',
        'Good value, dull instructions.',
        'I wanted to like it.',
      ],
    },
  ],
  plan: ({ inputs }) => fanOut(numbered('input', inputs.length), undefined, inputs),
  call: ({ instructions, inputs }) => ({ args: [inputs], options: { instructions } }),
};
