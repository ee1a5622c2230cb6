// @ts-check

import { namedRows } from './named-rows.js';
import { fanOut, names, texts } from './plan.js';

/** @type {import('./index.js').Pattern} */
export const perspectives = {
  name: 'perspectives',
  label: 'Perspectives',
  about: 'Different specialists look at the same thing at the same time. Then their views are put together.',
  fields: [
    {
      name: 'input',
      kind: 'area',
      label: 'What they look at',
      value: 'A start-up wants to sell a doorbell that recognises faces and opens the door to friends.',
    },
    namedRows(
      {
        name: 'workers',
        label: 'Specialists',
        one: 'specialist',
        id: 'name',
        text: 'instructions',
        textLabel: 'Instructions',
      },
      {
        engineer: 'You are a security engineer. Say in two sentences what could go wrong.',
        lawyer: 'You are a privacy lawyer. Say in two sentences what the law demands.',
        neighbour: 'You live next door. Say in two sentences how it feels to walk past.',
        investor: 'You are an investor. Say in two sentences whether you would put money in.',
      },
    ),
  ],
  plan: ({ workers }) => fanOut(names(workers), 'summary', texts(workers, 'instructions')),
  call: ({ input, workers }) => ({ args: [input, workers] }),
};
