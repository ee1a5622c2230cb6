// @ts-check
/**
 * A process of `unawaited.test.mjs`: starts a run that rejects, takes note of it in one way and
 * never awaits it. Prints what it was told, and goes on living until a rejection that nobody
 * handles would have ended it.
 */

import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { Readable } from 'node:stream';
import { batch, eventStreamHeaders, ParallelAgent, parallelProcess } from 'parallelization-agent';

const [end, way] = process.argv.slice(2);
const after = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** How a run comes to reject. @type {Record<string, (signal: AbortSignal) => Promise<string>>} */
const ends = {
  fails: async () => {
    throw Object.assign(new Error('no such key'), { status: 401 });
  },
  'is aborted': (signal) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
  'is refused': async () => '',
};
const controller = new AbortController();
if (end === 'is aborted') setTimeout(() => controller.abort(new Error('gone')), 20);
const subtasks = [{ id: 'a', content: end === 'is refused' ? '' : 'x' }];
/** @type {import('parallelization-agent').RunOptions} */
const options = {
  signal: controller.signal,
  complete: async (_, { signal }) => (await ends[end ?? '']?.(signal)) ?? '',
};
const start = (/** @type {object} */ own = {}) => parallelProcess('t', subtasks, { ...options, ...own });
const tell = (/** @type {import('parallelization-agent').RunEvent} */ event) => {
  if (event.type === 'RUN_ERROR') console.log(event.code);
  if (event.type === 'RUN_FINISHED') console.log(event.outcome.type);
};
const tellAll = (/** @type {string} */ text) => {
  for (const frame of text.split('\n\n').filter(Boolean)) tell(JSON.parse(frame.slice('data: '.length)));
};

/**
 * A server that answers with the run's events, as frameworks do it, and a visitor who may leave
 * early.
 */
async function serve(/** @type {boolean} */ leaves) {
  const server = createServer((_, response) => {
    const run = start();
    response.on('close', () => run.abort('the visitor left'));
    const answer = new Response(run.toEventStream(), { headers: eventStreamHeaders });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    Readable.fromWeb(/** @type {any} */ (answer.body)).pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const request = get({ port, host: '127.0.0.1' });
  const [response] = await once(request, 'response');
  if (leaves) {
    await once(response, 'data');
    request.on('error', () => {}).destroy();
  } else {
    let text = '';
    for await (const piece of response) text += piece;
    tellAll(text);
  }
  await after(100);
  server.close().closeAllConnections();
}

/** @type {Record<string, () => unknown>} */
const ways = {
  'a loop with a slow body': async () => {
    for await (const event of start()) {
      tell(event);
      await after(15);
    }
  },
  'a loop that is left': async () => {
    for await (const { type } of start()) if (type === 'STEP_STARTED') break;
  },
  'a stream': async () => {
    tellAll(await new Response(start().toEventStream()).text());
  },
  'a stream that is cancelled': () => start().toEventStream().cancel(),
  'a server': () => serve(false),
  'a server whose visitor leaves': () => serve(true),
  onEvent: () => void start({ onEvent: tell }),
  "an agent's onEvent": () =>
    void new ParallelAgent({ ...options, onEvent: tell }).parallelProcess('t', subtasks),
  'the results of a batch': async () => {
    const inputs = end === 'is refused' ? [''] : ['x'];
    try {
      for await (const _ of batch(inputs, options).results()) await after(15);
    } catch (error) {
      console.log(/** @type {any} */ (error).code);
    }
  },
  'a loop, and then its promise': async () => {
    const run = start();
    for await (const event of run) tell(event);
    await run.then(
      () => console.log('resolved'),
      ({ code }) => console.log(`rejected with ${code}`),
    );
  },
  nothing: () => void start(),
};

process.once('beforeExit', () => console.log('alive'));
await ways[way ?? '']?.();
