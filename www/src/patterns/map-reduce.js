// @ts-check

import { numbered, tree } from './plan.js';

/** @type {import('./index.js').Pattern} */
export const mapReduce = {
  name: 'mapReduce',
  label: 'Map-reduce',
  about: 'Each document is worked on by itself, and the results are joined level by level, up to one.',
  fields: [
    {
      name: 'documents',
      kind: 'lines',
      label: 'Documents',
      hint: 'One on each line.',
      value: [
        'The museum had more visitors in May than in any month before, most of them on Sundays.',
        'A new tram line opened, and shops along it report a fifth more customers.',
        'Rain flooded two underpasses; the pumps had been due for repair since spring.',
        'The library now lends tools: drills are asked for most, ladders least.',
        'A vote on the market hall’s roof was put off for the third time.',
        'The swimming pool will open an hour earlier, after two thousand people asked for it.',
      ],
    },
    {
      name: 'map',
      kind: 'area',
      label: 'Of each document',
      value: 'Say in one sentence what it means for the people of the city.',
    },
    {
      name: 'reduce',
      kind: 'area',
      label: 'Of the results',
      value: 'Put them together into one short report.',
    },
    { name: 'fanIn', kind: 'number', label: 'Joined at once', value: 3, min: 2, max: 100 },
  ],
  plan: ({ documents, fanIn }) => tree(numbered('document', documents.length), fanIn, documents),
  call: ({ documents, map, reduce, fanIn }) => ({ args: [documents], options: { map, reduce, fanIn } }),
};
