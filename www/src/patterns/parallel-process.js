// @ts-check

/** @type {import('./index.js').Pattern} */
export const parallelProcess = {
  name: 'parallelProcess',
  label: 'Subtasks',
  about: 'Each subtask starts the moment that what it depends on is done. Then all results are put together.',
  fields: [
    { name: 'task', kind: 'text', label: 'Task', value: 'Decide whether our city should make buses free' },
    {
      name: 'subtasks',
      kind: 'rows',
      label: 'Subtasks',
      one: 'subtask',
      columns: [
        { name: 'id', label: 'Id', kind: 'short' },
        { name: 'type', label: 'Type', kind: 'short', optional: true },
        { name: 'content', label: 'What to do', kind: 'long' },
        { name: 'dependencies', label: 'Depends on', kind: 'ids', optional: true },
      ],
      value: [
        {
          id: 'riders',
          type: 'research',
          content: 'Who would ride more, and who would not? Three short points.',
        },
        {
          id: 'money',
          type: 'research',
          content: 'What would it cost, and who would pay? Three short points.',
        },
        { id: 'cities', type: 'research', content: 'Which cities have tried it, and what came of it?' },
        {
          id: 'effects',
          type: 'analysis',
          content: 'Weigh the benefits against the costs.',
          dependencies: ['riders', 'money'],
        },
        {
          id: 'objections',
          type: 'analysis',
          content: 'Give the strongest objection, and an answer to it.',
          dependencies: ['money', 'cities'],
        },
        {
          id: 'advice',
          type: 'writing',
          content: 'Advise the city council in one paragraph.',
          dependencies: ['effects', 'objections'],
        },
      ],
    },
  ],
  plan: ({ subtasks }) => [
    ...subtasks.map((/** @type {any} */ { id, dependencies, content }) => ({
      id: String(id),
      dependencies: Array.isArray(dependencies) ? dependencies : [],
      prompt: String(content ?? ''),
    })),
    ...(subtasks.some((/** @type {any} */ { id }) => id === 'summary')
      ? []
      : [{ id: 'summary', dependencies: subtasks.map((/** @type {any} */ { id }) => String(id)) }]),
  ],
  call: ({ task, subtasks }) => ({ args: [task, subtasks] }),
};
