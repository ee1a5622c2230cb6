// @ts-check
/**
 * Three analysts read one paper: two of them at the same time, and the third as soon as both are
 * done, since the discussion can be judged only by what was found and how.
 *
 * Run it with `OPENAI_API_KEY` set: `node examples/research-paper/analyze.mjs`
 */

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parallelProcess } from 'parallelization-agent';

const paper = readFileSync(new URL('paper.md', import.meta.url), 'utf8');

export const about = 'Three analysts on one research paper, the third building on the others';

export const task = 'Analyze a research paper';

export const subtasks = [
  {
    id: 'methodology',
    type: 'analysis',
    content: `Analyze the methodology section of this paper.
${section('Methodology')}
How was this study done? Answer in one or two sentences.`,
    dependencies: [],
  },
  {
    id: 'results',
    type: 'analysis',
    content: `Analyze the results section of this paper.
${section('Results')}
What did this study find? Answer in one or two sentences.`,
    dependencies: [],
  },
  {
    id: 'discussion',
    type: 'analysis',
    content: `Analyze the discussion of this paper.
${section('Discussion')}
Two colleagues have read the rest.
{{methodology}}
{{results}}
Do its conclusions follow from the results? Answer in one or two sentences.`,
    dependencies: ['methodology', 'results'],
  },
];

/** What all subtasks of a type have in common: who does them. */
const workers = {
  analysis: { instructions: 'You are a careful reader of scientific papers. Use your own words.' },
};

/** @param {object} [options]  any that `parallelProcess` takes */
export function analyze(options) {
  return parallelProcess(task, subtasks, { workers, ...options });
}

/**
 * A section of the paper, marked off from the question about it.
 * @param {string} title
 */
function section(title) {
  const text = paper.split(/^(?=## )/m).find((part) => part.startsWith(`## ${title}\n`));
  if (!text) throw new Error(`The paper has no section “${title}”`);
  return `\n"""\n${text.trim()}\n"""\n`;
}

export { analyze as run };

/** @param {import('parallelization-agent').ProcessResult} result */
export function print({ results, summary }) {
  for (const { taskId, status, result } of results) console.log(`${taskId}: ${result ?? status}\n`);
  console.log(`Summary: ${summary}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await analyze());
