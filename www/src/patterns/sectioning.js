// @ts-check

import { fanOut } from './plan.js';

/** @type {import('./index.js').Pattern} */
export const sectioning = {
  name: 'sectioning',
  label: 'Sections',
  about: 'A topic is divided into sections, which are written at the same time and then joined.',
  fields: [
    { name: 'topic', kind: 'text', label: 'Topic', value: 'AI ethics' },
    {
      name: 'sections',
      kind: 'lines',
      label: 'Sections',
      hint: 'One on each line. Leave it empty, and a planner divides the topic.',
      value: ['Privacy', 'Bias', 'Transparency'],
    },
  ],
  plan: ({ sections }) =>
    sections.length > 0 ? fanOut(sections, 'summary') : fanOut(['planner'], 'sections'),
  call: ({ topic, sections }) => ({ args: sections.length > 0 ? [topic, sections] : [topic] }),
};
