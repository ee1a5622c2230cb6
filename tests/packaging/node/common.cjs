const { parallelProcess } = require('parallelization-agent');
const { fromPromptApi } = require('parallelization-agent/adapters');
const { nodeFetch } = require('parallelization-agent/node');
const { FileStore } = require('parallelization-agent/store-file');

const options = {
  baseURL: process.argv[2],
  aggregate: false,
  store: new FileStore('dist/answers.jsonl'),
  fetch: nodeFetch(),
};
parallelProcess('Greet', [{ id: 'hello', content: 'Say hello.' }], options).then(({ results }) => {
  console.log(results[0].result);
});
if (typeof fromPromptApi() !== 'function') throw new Error('an adapter makes a function');
