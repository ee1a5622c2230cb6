import { parallelProcess } from 'parallelization-agent';
import { expect, test } from 'vitest';

test('it answers', async () => {
  const options = { baseURL: process.env.MODEL, aggregate: false, signal: new AbortController().signal };
  const { results } = await parallelProcess('Greet', [{ id: 'hello', content: 'Say hello.' }], options);
  expect(results[0].result).toMatch(/^\[simulated\]/);
});
