// @ts-check
/**
 * `run --strategy map-reduce`: one summary of many documents, which are the rows of a file or the
 * files of a folder.
 */

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapReduce } from '../../index.js';
import { nodeFetch } from '../../node.js';
import { Answers } from '../answers.js';
import { CliError, exits } from '../failure.js';
import { openInput } from '../input.js';
import { checkWritable, lock } from '../output.js';
import { Progress } from '../progress.js';
import { questionsOf } from '../questions.js';
import { Recording } from '../recording.js';
import { settingsOf, textOf, withSomebody } from '../settings.js';

/**
 * @param {string | undefined} source
 * @param {import('../flags.js').Flags} flags
 * @returns {Promise<number>}
 */
export async function summary(source, flags) {
  const { instructions, ...settings } = settingsOf(flags);
  const documents = await documentsOf(source, flags);
  if (documents.length === 0) throw new CliError(`${source ?? 'The standard input'} holds nothing to read.`);
  const path = typeof flags.output === 'string' ? flags.output : undefined;
  if (path) checkWritable(path);
  if (path) lock(path);
  const somebody = await withSomebody(settings, (line) => void process.stderr.write(`${line}\n`));
  const progress = new Progress(flags, { of: 'documents' });
  const recording = new Recording(flags, 'mapReduce');
  const run = mapReduce(documents, {
    ...somebody,
    // What is asked for is what comes out of the whole, and each part is read with it in mind.
    ...(instructions && { map: instructions, reduce: instructions }),
    store: path ? new Answers(path, flags.fresh === true) : undefined,
    fetch: nodeFetch(),
    onEvent: recording.beside(progress.onEvent),
  });
  const result = await recording.of(progress.during(run), [documents]);
  const { metadata, summaryError } = result;
  if (result.summary === null)
    throw Object.assign(new Error(summaryError?.message ?? 'There is no summary.'), summaryError);
  if (path) writeFileSync(path, `${result.summary}\n`);
  else process.stdout.write(`${result.summary}\n`);
  return metadata.failedTasks > 0 ? exits.someFailed : exits.done;
}

/**
 * @param {string | undefined} source
 * @param {import('../flags.js').Flags} flags
 */
async function documentsOf(source, flags) {
  if (source !== undefined && statSync(source, { throwIfNoEntry: false })?.isDirectory()) {
    const names = readdirSync(source).filter((name) => /\.(txt|md)$/i.test(name));
    return names.sort().map((id) => ({ id, content: readFileSync(join(source, id), 'utf8') }));
  }
  const input = openInput(source, flags);
  const question = questionsOf({ ...flags, template: textOf(flags, 'template') }, true);
  const documents = [];
  for await (const row of input.rows())
    documents.push({ id: `line ${row.line}`, content: question(row).content });
  return documents;
}
