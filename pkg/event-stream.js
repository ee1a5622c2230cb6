// @ts-check
/** The events of a run as server-sent events. */

import { NativePromise, textCoders } from './surroundings.js';

/** @typedef {import('./event-buffer.js').Event} Event */

/**
 * What to answer with beside the body that `toEventStream` gives: no proxy may keep or gather it.
 */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
};

/** Characters of server-sent events that go out together, where so many wait. */
const chunkLength = 16_384;
/** A proxy takes a connection on which nothing comes for dead, many after 30 or 60 seconds. */
const longestSilenceMs = 15_000;
/** A comment, which readers of server-sent events pass over. */
const signOfLife = ':\n\n';

/** @param {import('./events.js').Listener} listener */
export function eventStream(listener) {
  const encoder = new (textCoders().TextEncoder)();
  /** What is left of an event. */
  let pieces = piecesOf();
  /** @type {Promise<IteratorResult<Event, void>> | undefined} */
  let awaited;
  return new ReadableStream(
    {
      async pull(controller) {
        let text = '';
        for (;;) {
          const { value, done } = pieces.next();
          if (value) text += value;
          if (text.length >= chunkLength) break;
          if (!done) continue;
          let event = awaited ? undefined : listener.take();
          if (!event && text === '') {
            awaited ??= listener.next();
            if (await isLate(awaited)) return controller.enqueue(encoder.encode(signOfLife));
            event = (await awaited).value ?? undefined;
            awaited = undefined;
          }
          if (!event) break;
          pieces = piecesOf(event);
        }
        if (text === '') controller.close();
        else controller.enqueue(encoder.encode(text));
      },
      cancel: () => listener.leave(),
    },
    // Nothing is taken before it is asked for: what waits in the listener can still be put
    // together.
    { highWaterMark: 0 },
  );
}

/**
 * An event as a server-sent one. A result comes in pieces: as one text it may be longer than texts
 * can be.
 * @param {Event} [event]
 * @returns {Generator<string, void>}
 */
function* piecesOf(event) {
  if (!event) return;
  const { result, ...rest } = event;
  if (!result?.results) {
    yield `data: ${JSON.stringify(event)}\n\n`;
    return;
  }
  const { results, ...others } = result;
  yield `data: ${JSON.stringify(rest).slice(0, -1)},"result":{"results":[`;
  for (const [index, task] of results.entries()) yield `${index > 0 ? ',' : ''}${JSON.stringify(task)}`;
  yield `],${JSON.stringify(others).slice(1)}}\n\n`;
}

/**
 * Whether nothing comes for so long that it has to be said that more will.
 * @param {Promise<unknown>} awaited
 */
function isLate(awaited) {
  return new NativePromise((resolve) => {
    const timer = setTimeout(resolve, longestSilenceMs, true);
    // In Node it keeps no process alive.
    /** @type {any} */ (timer).unref?.();
    awaited.then(() => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}
