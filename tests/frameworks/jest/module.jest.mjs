import { jest } from '@jest/globals';
import { parallelProcess } from 'parallelization-agent';

test('it answers, with a function of jest in the place of `fetch`', async () => {
  const body = { choices: [{ message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }] };
  const fetch = jest.fn(async () => ({ status: 200, headers: {}, text: async () => JSON.stringify(body) }));
  const options = { baseURL: 'http://model.test/v1', model: 'm', aggregate: false, fetch };
  const { results } = await parallelProcess('Greet', [{ id: 'hello', content: 'Say hello.' }], options);
  expect(results[0].result).toBe('Hello.');
  expect(fetch).toHaveBeenCalledTimes(1);
});
