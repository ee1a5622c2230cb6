// @ts-check
/** What to try first: each fills the form. */

/**
 * @typedef {object} Suggestion
 * @property {string} label
 * @property {[pattern: string, values: Record<string, any>][]} fills  the first pattern that the package has
 */

/** @type {Suggestion[]} */
export const suggestions = [
  {
    label: 'Write about AI ethics: Privacy, Bias, Transparency',
    fills: [
      ['run', { prompt: 'Write about AI ethics: Privacy, Bias, Transparency' }],
      [
        'parallelProcess',
        {
          task: 'Write about AI ethics',
          subtasks: ['Privacy', 'Bias', 'Transparency'].map((section) => ({
            id: section.toLowerCase(),
            type: 'section',
            content: `Write a short paragraph about AI ethics: ${section}`,
          })),
        },
      ],
    ],
  },
  {
    label: 'Is remote work better than office work?',
    fills: [
      ['voting', { question: 'Is remote work better than office work?', voters: 5, select: 'consensus' }],
      [
        'parallelProcess',
        {
          task: 'Is remote work better than office work?',
          subtasks: [
            { id: 'for', type: 'argument', content: 'Give the best argument for remote work.' },
            { id: 'against', type: 'argument', content: 'Give the best argument for office work.' },
            {
              id: 'verdict',
              type: 'judgement',
              content: 'Which argument is stronger?',
              dependencies: ['for', 'against'],
            },
          ],
        },
      ],
    ],
  },
  {
    label: 'Summarize: Article1 | Article2 | Article3',
    fills: [
      ['run', { prompt: 'Summarize: Article1 | Article2 | Article3' }],
      ['mapReduce', { documents: ['Article1', 'Article2', 'Article3'] }],
    ],
  },
  {
    label: 'A thousand small tasks',
    fills: [['parallelProcess', { task: 'See a thousand tasks run', subtasks: thousandTasks() }]],
  },
];

/** In layers, so that the graph has a shape. */
function thousandTasks() {
  return Array.from({ length: 1000 }, (_, index) => ({
    id: `task-${index + 1}`,
    type: ['gather', 'compare', 'conclude'][Math.floor(index / 400)] ?? 'conclude',
    content: `Say something short about the number ${index + 1}.`,
    dependencies:
      index < 400 ? [] : [`task-${index - 399}`, `task-${((index * 7) % 400) + 1 + (index < 800 ? 0 : 400)}`],
  }));
}
