import { parallelProcess } from 'parallelization-agent';

export async function greet(baseURL) {
  const subtasks = [{ id: 'hello', content: 'Say hello.' }];
  const { results } = await parallelProcess('Greet', subtasks, { baseURL, aggregate: false });
  return results[0].result;
}
