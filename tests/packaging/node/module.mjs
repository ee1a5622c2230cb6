import { parallelProcess } from 'parallelization-agent';

const subtasks = [{ id: 'hello', content: 'Say hello.' }];
const { results } = await parallelProcess('Greet', subtasks, { baseURL: process.argv[2], aggregate: false });
console.log(results[0].result);
