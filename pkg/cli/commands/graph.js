// @ts-check
/** `graph`: subtasks with dependencies, from a file of JSON or YAML. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parallelProcess } from '../../index.js';
import { nodeFetch } from '../../node.js';
import { Answers } from '../answers.js';
import { CliError, exitOfTasks } from '../failure.js';
import { checkDistinct, checkWritable, lock } from '../output.js';
import { Progress } from '../progress.js';
import { Recording } from '../recording.js';
import { settingsOf, withSomebody } from '../settings.js';

/**
 * @param {string[]} rest
 * @param {import('../flags.js').Flags} flags
 * @returns {Promise<number>}
 */
export async function graph([file, ...more], flags) {
  if (file === undefined || more.length > 0) throw new CliError('Expected one file, of JSON or YAML.');
  checkDistinct(flags, file);
  const { task = file, subtasks, ...own } = read(file);
  const settings = await withSomebody(settingsOf(flags), (line) => void process.stderr.write(`${line}\n`));
  const path = typeof flags.output === 'string' ? flags.output : undefined;
  if (path) checkWritable(path);
  if (path) lock(path);
  const store = path ? new Answers(path, flags.fresh === true) : undefined;
  const progress = new Progress(flags, { total: subtasks.length, of: 'tasks' });
  const recording = new Recording(flags, 'parallelProcess');
  const options = {
    ...own,
    ...settings,
    store,
    fetch: nodeFetch(),
    onEvent: recording.beside(progress.onEvent),
  };
  const run = parallelProcess(task, subtasks, options);
  // A run in which nothing was answered rejects, and has the results all the same.
  const { results, summary, metadata } = await recording
    .of(progress.during(run), [task, subtasks])
    .catch((error) => {
      if (!error.results) throw error;
      return { summary: null, ...error };
    });
  if (path) writeFileSync(path, `${JSON.stringify({ results, summary, metadata }, null, 2)}\n`);
  for (const { taskId, result, error } of results) {
    process.stdout.write(`## ${taskId}\n\n${result ?? `(${error?.code}: ${error?.message})`}\n\n`);
  }
  if (summary) process.stdout.write(`## Summary\n\n${summary}\n`);
  return exitOfTasks(results);
}

/**
 * @param {string} file
 * @returns {Record<string, any>}
 */
function read(file) {
  if (!existsSync(file)) throw new CliError(`There is no file \`${file}\`.`);
  let value;
  try {
    // JSON is YAML, too.
    value = parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    throw new CliError(`${file}: ${/** @type {Error} */ (error).message}`);
  }
  if (!Array.isArray(value?.subtasks))
    throw new CliError(
      `${file}: expected \`task\`, a text, and \`subtasks\`, a list of \`{ id, content, dependencies }\`.`,
    );
  return { ...value, subtasks: value.subtasks.map(withTexts) };
}

/**
 * In YAML, an id such as `1` is a number.
 * @param {any} subtask
 */
function withTexts(subtask) {
  if (typeof subtask !== 'object' || subtask === null) return subtask;
  const text = (/** @type {unknown} */ id) => (typeof id === 'number' ? String(id) : id);
  const { id, dependencies } = subtask;
  return {
    ...subtask,
    ...(id !== undefined && { id: text(id) }),
    ...(Array.isArray(dependencies) && { dependencies: dependencies.map(text) }),
  };
}
