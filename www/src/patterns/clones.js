// @ts-check

import { namedRows } from './named-rows.js';
import { fanOut, names, texts } from './plan.js';

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
    namedRows(
      {
        name: 'contexts',
        label: 'Contexts',
        one: 'context',
        id: 'id',
        text: 'context',
        textLabel: 'Context',
      },
      {
        German: 'Translate into German, for a poster.',
        French: 'Translate into French, for a poster.',
        social: 'Make a post of it, under 140 characters.',
        letter: 'Make a polite letter to the neighbours of it.',
      },
    ),
  ],
  plan: ({ contexts }) => fanOut(names(contexts), undefined, texts(contexts, 'context')),
  call: ({ contexts, content }) => ({ args: [contexts, content] }),
};
