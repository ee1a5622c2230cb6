import { parallelProcess } from 'parallelization-agent';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', async ({ data, source }) => {
  const subtasks = [{ id: 'hello', content: 'Say hello.' }];
  const { results } = await parallelProcess('Greet', subtasks, { baseURL: data, aggregate: false });
  source.postMessage(results[0].result);
});
