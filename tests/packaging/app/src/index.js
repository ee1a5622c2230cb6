import { greet } from './greet.js';

const parameters = new URLSearchParams(location.search);
const model = parameters.get('model');

if (parameters.get('in') === 'worker') {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => {
    document.title = data;
  };
  worker.postMessage(model);
} else {
  greet(model).then((answer) => {
    document.title = answer;
  });
}
