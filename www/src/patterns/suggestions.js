// @ts-check
/** What to try first: each fills the form, and runs. */

/** @type {{ label: string, pattern: string, values: Record<string, any> }[]} */
export const suggestions = [
  {
    label: 'From a prompt',
    pattern: 'run',
    values: { prompt: 'Write about AI ethics: Privacy, Bias, Transparency' },
  },
  {
    label: 'A split vote',
    pattern: 'voting',
    values: { question: 'Is remote work better than office work?', voters: 7, select: 'consensus' },
  },
  {
    label: 'A tripped guard',
    pattern: 'guarded',
    values: { input: 'My password is moth-lamp-7. How do I take out a wine stain from a wool coat?' },
  },
  {
    label: 'A thousand tasks',
    pattern: 'parallelProcess',
    values: { task: 'See a thousand tasks run', subtasks: thousandTasks() },
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
