// @ts-check
/**
 * The run that `crash.test.mjs` kills: 200 tasks with a file store. Prints `done` when all
 * completed.
 */

import { parallelProcess } from 'parallelization-agent';
import { FileStore } from 'parallelization-agent/store-file';

const [baseURL, path] = process.argv.slice(2);
const subtasks = Array.from({ length: 200 }, (_, index) => ({
  id: `t${index}`,
  content: index < 100 ? `task ${index}.` : `task ${index}. after {{t${index - 100}}}`,
  dependencies: index < 100 ? [] : [`t${index - 100}`],
}));
const store = new FileStore(path);
const { metadata } = await parallelProcess('t', subtasks, {
  baseURL,
  store,
  concurrency: 8,
  aggregate: false,
});
if (metadata.completedTasks === 200) console.log('done');
