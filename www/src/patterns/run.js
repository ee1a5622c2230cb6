// @ts-check

/** @type {import('./index.js').Pattern} */
export const run = {
  name: 'run',
  label: 'Prompt',
  about:
    'Type what you want. The way to run it is found from the prompt, or named: /voting, /sectioning, /mapreduce.',
  fields: [
    {
      name: 'prompt',
      kind: 'area',
      label: 'Prompt',
      value: 'Write about AI ethics: Privacy, Bias, Transparency',
    },
  ],
  call: ({ prompt }) => ({ args: [prompt] }),
};
