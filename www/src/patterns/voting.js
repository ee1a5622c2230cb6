// @ts-check

import { fanOut, numbered } from './plan.js';

const criteria = ['correct', 'well argued'];

/** @type {import('./index.js').Pattern} */
export const voting = {
  name: 'voting',
  label: 'Vote',
  about: 'Several voters answer the same question. It ends as soon as the lead cannot be overtaken.',
  fields: [
    {
      name: 'question',
      kind: 'area',
      label: 'Question',
      value: 'Is remote work better than office work? Yes or no.',
    },
    { name: 'voters', kind: 'number', label: 'Voters', value: 7, min: 1, max: 100 },
    {
      name: 'select',
      kind: 'choice',
      label: 'The winner is found by',
      value: 'consensus',
      choices: [
        ['consensus', 'counting votes'],
        ['weighted', 'counting weighted votes'],
        ['judge', 'a judge'],
        ['rubric', 'scores against criteria'],
      ],
    },
  ],
  plan: ({ question, voters, select }) => {
    const names = numbered('voter', voters);
    const scores = (/** @type {string} */ name) =>
      criteria.map((criterion) => ({ id: `${name}/${criterion}`, dependencies: [name] }));
    return [
      ...fanOut(names, select === 'judge' ? 'judge' : undefined, question),
      ...(select === 'rubric' ? names.flatMap(scores) : []),
    ];
  },
  call: ({ question, voters, select }) => ({
    args: [question],
    options: {
      voters,
      select,
      temperature: 1,
      ...(select === 'rubric' && { criteria }),
    },
  }),
};
