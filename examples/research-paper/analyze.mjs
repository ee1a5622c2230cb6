// @ts-check
/**
 * Three analysts read one paper: two of them at the same time, and the third as soon as both are done, since the
 * discussion can be judged only by what was found and how.
 *
 * Run it with `OPENAI_API_KEY` set: `node examples/research-paper/analyze.mjs`
 */

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parallelProcess } from 'parallelization-agent';

const paper = readFileSync(new URL('paper.md', import.meta.url), 'utf8');

export const task = 'Analyze a research paper';

export const subtasks = [
  {
    id: 'methodology',
    type: 'analysis',
    content: `Analyze the methodology section: what was compared, and how?\n\n${section('Methodology')}`,
    dependencies: [],
  },
  {
    id: 'results',
    type: 'analysis',
    content: `Analyze the results section: what was found?\n\n${section('Results')}`,
    dependencies: [],
  },
  {
    id: 'discussion',
    type: 'analysis',
    content: `Analyze the discussion: do its conclusions follow from the results?\n\n${section('Discussion')}`,
    dependencies: ['methodology', 'results'],
  },
];

/** @param {object} [options]  any that `parallelProcess` takes */
export function analyze(options) {
  return parallelProcess(task, subtasks, options);
}

/**
 * A section of the paper, with its heading.
 * @param {string} title
 */
function section(title) {
  const text = paper.split(/^(?=## )/m).find((part) => part.startsWith(`## ${title}\n`));
  if (!text) throw new Error(`The paper has no section “${title}”`);
  return text.trim();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { results, summary } = await analyze();
  for (const { taskId, result } of results) console.log(`${taskId}: ${result}\n`);
  console.log(`Summary: ${summary}`);
}
