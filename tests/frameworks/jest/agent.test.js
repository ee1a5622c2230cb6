const { parallelProcess } = require('parallelization-agent');
const { nodeFetch } = require('parallelization-agent/node');

const subtasks = [{ id: 'hello', content: 'Say hello.' }];
const options = { baseURL: process.env.MODEL, aggregate: false, signal: new AbortController().signal };

test('it answers', async () => {
  const { results } = await parallelProcess('Greet', subtasks, { ...options, fetch: nodeFetch() });
  expect(results[0].result).toMatch(/^\[simulated\]/);
});

// The page that jest-environment-jsdom simulates has no `fetch`.
const isPage = typeof window === 'object';

(isPage ? test : test.skip)('it says that `fetch` is missing, and what to do', async () => {
  await expect(parallelProcess('Greet', subtasks, options)).rejects.toThrow(
    'There is no global `fetch` here. Pass one as the option `fetch`.',
  );
});
