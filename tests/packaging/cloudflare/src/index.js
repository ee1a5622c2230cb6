import { parallelProcess } from 'parallelization-agent';

export default {
  async fetch(request) {
    const baseURL = new URL(request.url).searchParams.get('model');
    const subtasks = [
      { id: 'hello', content: 'Say hello.' },
      { id: 'again', content: 'Say it again.', dependencies: ['hello'] },
    ];
    const { results } = await parallelProcess('Greet', subtasks, { baseURL, aggregate: false });
    return new Response(results[1].result);
  },
};
