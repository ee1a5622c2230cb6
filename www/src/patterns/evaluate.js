// @ts-check

import { fanOut } from './plan.js';

/** @type {import('./index.js').Pattern} */
export const evaluate = {
  name: 'evaluate',
  label: 'Evaluate',
  about: 'A text is judged by several criteria, one call each, all at once.',
  fields: [
    {
      name: 'subject',
      kind: 'area',
      label: 'What is judged',
      value:
        'Dear neighbours, on Saturday we celebrate. It may get loud until eleven. Come over, there will be soup, and if it is too much, ring the bell. Yours, Ida (third floor)',
    },
    {
      name: 'criteria',
      kind: 'lines',
      label: 'Criteria',
      hint: 'One on each line.',
      value: ['friendly', 'clear', 'short', 'says whom to turn to'],
    },
  ],
  plan: ({ subject, criteria }) => fanOut(criteria, undefined, subject),
  call: ({ subject, criteria }) => ({ args: [subject, criteria] }),
};
