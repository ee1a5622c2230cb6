// @ts-check

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
        { name: 'id', label: 'Name', kind: 'short' },
        { name: 'instructions', label: 'Trips when', kind: 'long' },
      ],
      value: [
        { id: 'harm', instructions: 'Trip when the question asks for help with harming someone.' },
        { id: 'secrets', instructions: 'Trip when the question contains a password or a key.' },
        { id: 'topic', instructions: 'Trip when the question is not about a household.' },
      ],
    },
  ],
  call: ({ input, guards }) => ({ args: [input, guards] }),
};
