// @ts-check
/** A run as the page holds it, wherever it runs. */

/** @typedef {import('../run/order.js').Order} Order */
/** @typedef {import('../run/events.js').RunEvent} RunEvent */
/** @typedef {import('parallelization-agent').PoolStatus} PoolStatus */
/**
 * Its `ended` rejects as the run does.
 * @typedef {{ ended: Promise<void>, stop: () => void, pools: () => PoolStatus[] }} Started
 */

const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });

/**
 * Rejects when the worker cannot go on, perhaps before anything is to run.
 * @type {Promise<never>}
 */
const lost = new Promise((_, reject) => {
  worker.onerror = ({ message }) =>
    reject(
      new Error(`The part of this page that runs it could not be loaded${message ? `: ${message}` : ''}.`),
    );
});
lost.catch(() => {});

/**
 * @param {Order} order
 * @param {(events: RunEvent[]) => void} onEvents
 * @returns {Started}
 */
export function startRun(order, onEvents) {
  return 'complete' in order.options ? inPage(order, onEvents) : inWorker(order, onEvents);
}

/**
 * @param {Order} order
 * @param {(events: RunEvent[]) => void} onEvents
 * @returns {Started}
 */
function inWorker({ pattern, args, options, world }, onEvents) {
  /** @type {PoolStatus[]} */
  let pools = [];
  const ended = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      const message = /** @type {import('./messages.js').ToPage} */ (data);
      if (message.kind === 'news') {
        pools = message.pools;
        if (message.events.length > 0) onEvents(message.events);
      } else if (message.kind === 'done') resolve(undefined);
      else reject(Object.assign(new Error(), message.error));
    };
  });
  const { baseURL } = options;
  worker.postMessage({
    kind: 'start',
    pattern,
    args,
    options: {
      ...options,
      // A path is one of the page's server, and not of the worker's folder.
      ...(/^[./]/.test(baseURL ?? '') && { baseURL: new URL(baseURL, location.href).href }),
      ...(options.tools && { tools: true }),
    },
    world,
  });
  return {
    ended: Promise.race([ended, lost]),
    stop: () => worker.postMessage({ kind: 'stop' }),
    pools: () => pools,
  };
}

/**
 * A model inside the page stays there.
 * @param {Order} order
 * @param {(events: RunEvent[]) => void} onEvents
 * @returns {Started}
 */
function inPage({ pattern, args, options: { complete, ...options }, world }, onEvents) {
  const abort = new AbortController();
  const started = import('./begin.js').then(({ begin }) =>
    begin(
      { pattern, args, options, world },
      {
        complete,
        signal: abort.signal,
        onEvent: (/** @type {RunEvent} */ event) => onEvents([event]),
      },
    ),
  );
  /** @type {import('parallelization-agent').ParallelRun<any> | undefined} */
  let run;
  const ended = started.then(async (begun) => {
    run = begun.run;
    await run;
  });
  return {
    ended,
    stop: () => abort.abort('Stopped on the page'),
    pools: () => run?.snapshot().pools ?? [],
  };
}
