// @ts-check

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
        { name: 'instructions', label: 'Instructions', kind: 'long' },
      ],
      value: [
        { id: 'German', instructions: 'Translate into German, for a poster.' },
        { id: 'French', instructions: 'Translate into French, for a poster.' },
        { id: 'social', instructions: 'Make a post of it, under 140 characters.' },
        { id: 'letter', instructions: 'Make a polite letter to the neighbours of it.' },
      ],
    },
  ],
  call: ({ contexts, content }) => ({ args: [contexts, content] }),
};
