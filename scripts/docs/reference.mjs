#!/usr/bin/env node
// @ts-check
/**
 * `npm run docs:reference`: writes the pages of the reference that are made from the types and from
 * the command line's help.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { help } from '../../pkg/cli/help.js';
import { root } from '../paths.mjs';
import { mainTypes, propertiesOf } from './types.mjs';

const folder = join(root, 'docs', 'reference');
const note = '<!-- Made by `npm run docs:reference`. Change the types instead. -->';

/** The pages by their names. */
export function referencePages() {
  const types = mainTypes();
  return { 'options.md': options(types), 'results.md': results(types), 'command-line.md': commandLine() };
}

/** @param {string} types */
function options(types) {
  const part = (/** @type {string} */ title, /** @type {string} */ about, /** @type {string[]} */ ...names) =>
    [`## ${title}`, about, ...names.flatMap((name) => propertiesOf(types, name).map(entry))].join('\n\n');
  return page(
    'Options',
    `Each pattern takes its options as the last argument. \`new ParallelAgent(options)\` takes them for all its runs.
All are optional. What a subtask or worker does not say comes from \`workers\`, then from the run, then from the agent, then from the
environment.`,
    part(
      'Who answers',
      'These are fields of a worker: of the run, of `workers`, of a fallback, of a voter, of a subtask.',
      'Worker',
    ),
    part('The run', 'How one run goes.', 'RunOptions'),
    part(
      'The agent',
      'What all runs of an agent share. A plain function takes these as well, for its one run.',
      'AgentOptions',
    ),
    part('Subtasks', 'Fields of a subtask of `parallelProcess`, besides those of a worker.', 'Subtask'),
    part('Tools', 'Fields of one of the `tools`.', 'Tool'),
    part('Prices', 'Fields of one of the `prices`: for a million tokens.', 'TierPrice', 'Price'),
    part('`sectioning`', 'Besides the above.', 'SectioningOptions'),
    part('`voting`', 'Besides the above.', 'VotingOptions'),
    part('`mapReduce`', 'Besides the above.', 'MapReduceOptions'),
    part('`batch`', 'Besides the above.', 'BatchOptions'),
    part('`bestOf`', 'Besides the above.', 'BestOfOptions'),
    part('`guarded`', 'Besides the above.', 'GuardedOptions'),
    part('`run`', 'Those of all patterns, and this one.', 'PromptOptions'),
  );
}

/** @param {string} types */
function results(types) {
  const part = (/** @type {string} */ title, /** @type {string} */ about, /** @type {string} */ name) => [
    `## ${title}`,
    about,
    `| field | type | what it is |\n|---|---|---|\n${propertiesOf(types, name).map(row).join('\n')}`,
  ];
  return page(
    'Results',
    'What a run resolves with, by pattern.',
    ...part('Every pattern', 'All have these.', 'RunResult'),
    ...part(
      'A synthesis',
      '`parallelProcess`, `sectioning`, `mapReduce` and `perspectives` have these as well.',
      'ProcessResult',
    ),
    ...part('`sectioning`', 'Besides the above.', 'SectioningResult'),
    ...part('`voting`', 'Besides the above.', 'VotingResult'),
    ...part('One vote', 'An item of `votes`.', 'Vote'),
    ...part('`mapReduce`', 'Besides the above.', 'MapReduceResult'),
    ...part('`bestOf`', 'Besides the above.', 'BestOfResult'),
    ...part('`evaluate`', 'Besides the above.', 'EvaluateResult'),
    ...part('`clones`', 'Besides the above.', 'ClonesResult'),
    ...part('`guarded`', 'Besides the above.', 'GuardedResult'),
    ...part(
      'One task',
      'An item of `results`. `status`, `result`, `data` and `error` go together: a completed task has a text, any other an error.',
      'TaskBase',
    ),
    ...part('A completed task', 'Besides the above.', 'CompletedTask'),
    ...part('An error of a task', '`error` of a task that has no answer.', 'TaskError'),
    ...part(
      'How a task went',
      '`metadata` of a task. Times are milliseconds since the run began.',
      'TaskMetadata',
    ),
    ...part('A step', 'An item of `steps`, where a model had tools.', 'Step'),
    ...part('How a run went', '`metadata` of a run.', 'RunMetadata'),
    ...part(
      'How far a run is',
      '`run.snapshot()`, at any moment: all fields of `metadata` of a run, and these.',
      'RunSnapshot',
    ),
    ...part('What waits', '`agent.status()`, and an item of its `pools`.', 'AgentStatus'),
    ...part('A pool', 'The calls to one model at one address.', 'PoolStatus'),
  );
}

function commandLine() {
  const commands = ['', 'run', 'estimate', 'prompt', 'graph', 'report'];
  return page(
    'Command line',
    'What `npx parallelization-agent --help` prints. [How to use it](../guide/command-line.md).',
    ...commands.map(
      (name) => `## ${name ? `\`${name}\`` : 'Overview'}\n\n\`\`\`text\n${help(name).trimEnd()}\n\`\`\``,
    ),
  );
}

/** @param {string} title @param {string[]} parts */
const page = (title, ...parts) => `${note}\n\n# ${title}\n\n${parts.join('\n\n')}\n`;

/** @param {import('./types.mjs').Property} property */
function entry({ name, type, about, fallback, examples }) {
  const facts = [`\`${type}\``, fallback && `default: ${prose(fallback)}`].filter(Boolean).join(' · ');
  const shown = examples.map((example) => `\`\`\`js\n${name}: ${example}\n\`\`\``);
  return [`### ${name}`, facts, prose(about), ...shown].filter(Boolean).join('\n\n');
}

/** @param {import('./types.mjs').Property} property */
function row({ name, type, isOptional, about }) {
  const plain = `\`${type}\``.replaceAll('|', '\\|');
  return `| \`${name}${isOptional ? '?' : ''}\` | ${plain} | ${prose(about).replaceAll('\n', ' ').replaceAll('|', '\\|')} |`;
}

/** Links of the types to each other are names here. @param {string} text */
const prose = (text) => text.replaceAll(/\{@link ([\w.]+)\}/g, '`$1`');

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(referencePages())) writeFileSync(join(folder, name), text);
}
