// @ts-check

import { fanOut, names } from './plan.js';

/** @type {import('./index.js').Pattern} */
export const clones = {
  name: 'clones',
  label: 'Clones',
  about: 'One text for several contexts, by isolated copies of the agent. None sees the context of another.',
  fields: [
    {
      name: 'content',
      kind: 'area',
      label: 'Text',
      value: 'Our café closes on Sunday for repairs. On Monday the coffee is on us.',
    },
    {
      name: 'contexts',
      kind: 'rows',
      label: 'Contexts',
      one: 'context',
      columns: [
        { name: 'id', label: 'Name', kind: 'short' },
        { name: 'context', label: 'Context', kind: 'long' },
      ],
      value: [
        { id: 'German', context: 'Translate into German, for a poster.' },
        { id: 'French', context: 'Translate into French, for a poster.' },
        { id: 'social', context: 'Make a post of it, under 140 characters.' },
        { id: 'letter', context: 'Make a polite letter to the neighbours of it.' },
      ],
    },
  ],
  plan: ({ contexts }) => fanOut(names(contexts)),
  call: ({ contexts, content }) => ({ args: [contexts, content] }),
};
