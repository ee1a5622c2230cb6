import { parallelProcess } from './node_modules/parallelization-agent/dist/web.js';

const parameters = new URLSearchParams(location.search);
const model = parameters.get('model');
const show = (answer) => {
  document.title = answer;
};

const ways = {
  async page() {
    const subtasks = [{ id: 'hello', content: 'Say hello.' }];
    const { results } = await parallelProcess('Greet', subtasks, { baseURL: model, aggregate: false });
    show(results[0].result);
  },
  async worker() {
    const worker = new Worker('./worker.js', { type: 'module' });
    worker.onmessage = ({ data }) => show(data);
    worker.postMessage(model);
  },
  async 'service-worker'() {
    const script = parameters.get('script') ?? './service-worker.js';
    await navigator.serviceWorker.register(script, { type: parameters.has('script') ? 'classic' : 'module' });
    const { active } = await navigator.serviceWorker.ready;
    navigator.serviceWorker.onmessage = ({ data }) => show(data);
    active.postMessage(model);
  },
};
ways[parameters.get('in') ?? 'page']();
