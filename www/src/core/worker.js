// @ts-check
/**
 * The core and the recorded answers run here: drawing slows no call, and no long answer holds up
 * the page.
 */

import { sampleFetch } from '../simulated/endpoint.js';
import { recording } from '../simulated/recording.js';
import { begin } from './begin.js';

/** What has happened is told so often; a piece of a text joins the one before it. */
const pauseMs = 30;
/** What the limits hold back changes without an event. */
const poolsEveryMs = 150;

/** @type {AbortController | null} */
let running = null;

/** @param {import('./messages.js').ToPage} message */
const tell = (message) => postMessage(message);

self.onmessage = ({ data }) => {
  const message = /** @type {import('./messages.js').ToWorker} */ (data);
  if (message.kind === 'stop') running?.abort('Stopped on the page');
  else void start(message);
};

/** @param {import('./messages.js').Start} message */
async function start(message) {
  const abort = new AbortController();
  running = abort;
  /** @type {import('parallelization-agent').ParallelRun<any> | undefined} */
  let run;
  /** @type {import('../run/events.js').RunEvent[]} */
  let events = [];
  let timer = 0;
  const report = () => {
    clearTimeout(timer);
    timer = 0;
    tell({ kind: 'news', events, pools: run?.snapshot().pools ?? [] });
    events = [];
  };
  const onEvent = (/** @type {import('../run/events.js').RunEvent} */ event) => {
    const last = events.at(-1);
    const goesOn = event.type === 'TEXT_MESSAGE_CONTENT' && last?.type === event.type;
    if (goesOn && last.messageId === event.messageId) last.delta += event.delta;
    else events.push(event.type === 'TEXT_MESSAGE_CONTENT' ? { ...event } : event);
    timer ||= self.setTimeout(report, pauseMs);
  };
  const answers = message.world.sample ? sampleFetch(recording) : undefined;
  const pools = setInterval(report, poolsEveryMs);
  try {
    ({ run } = await begin(message, { onEvent, signal: abort.signal }, answers));
    await run;
    report();
    tell({ kind: 'done' });
  } catch (error) {
    report();
    tell({ kind: 'failed', error: asData(error) });
  } finally {
    clearInterval(pools);
  }
}

/** An error without its class, which does not come through. @param {any} error */
function asData(error) {
  return JSON.parse(JSON.stringify({ ...error, message: error?.message ?? String(error) }));
}
