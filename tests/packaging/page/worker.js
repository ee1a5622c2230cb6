import { parallelProcess } from './node_modules/parallelization-agent/dist/web.js';

self.onmessage = async ({ data }) => {
  const subtasks = [{ id: 'hello', content: 'Say hello.' }];
  const { results } = await parallelProcess('Greet', subtasks, { baseURL: data, aggregate: false });
  postMessage(results[0].result);
};
