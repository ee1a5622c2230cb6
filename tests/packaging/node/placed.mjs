import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { withCore } from 'parallelization-agent/wasm';

const file = createRequire(import.meta.url).resolve('parallelization-agent/core.wasm');
const { parallelProcess } = withCore(() => readFile(file));
const subtasks = [{ id: 'hello', content: 'Say hello.' }];
const { results } = await parallelProcess('Greet', subtasks, { baseURL: process.argv[2], aggregate: false });
console.log(results[0].result);
