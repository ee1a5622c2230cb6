// @ts-check
/**
 * Runs compiled programs of the documentation one after another, in this process, so that the core
 * is loaded once. Writes what became of each, as JSON, to the file that is named first.
 */

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Server } from 'node:net';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';

const [report, ...files] = process.argv.slice(2);
/** @type {Record<string, { printed: string, error?: string }>} */
const outcomes = {};

/** Servers listen where nobody else does. @type {Server[]} */
const servers = [];
const { listen } = Server.prototype;
Server.prototype.listen = function (/** @type {any[]} */ ...args) {
  servers.push(this);
  const then = args.find((arg) => typeof arg === 'function');
  return Reflect.apply(listen, this, [0, '127.0.0.1', then]);
};

const write = process.stdout.write;
for (const file of files) {
  let printed = '';
  // What is printed goes to a text meanwhile.
  process.stdout.write = /** @type {any} */ (
    (/** @type {string | Uint8Array} */ piece, /** @type {unknown} */ coding, /** @type {any} */ done) => {
      printed += typeof piece === 'string' ? piece : Buffer.from(piece).toString();
      (typeof coding === 'function' ? coding : done)?.();
      return true;
    }
  );
  /** @type {{ error?: string }} */
  const outcome = {};
  try {
    const module = await import(pathToFileURL(file).href);
    await ask(file, module);
  } catch (error) {
    outcome.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  process.stdout.write = write;
  outcomes[basename(file)] = { ...outcome, printed };
}
writeFileSync(report, JSON.stringify(outcomes));
process.exit(0);

/**
 * Asks the route of a server as a page would, and then as a visitor who leaves.
 * @param {string} file
 * @param {any} module
 */
async function ask(file, module) {
  const server = servers.pop();
  if (server && !server.listening) await once(server, 'listening');
  const route = routeOf(module, server);
  if (!route) return;
  const response = await route('moths');
  const text = await response.text();
  const type = response.headers.get('content-type');
  if (!/RUN_STARTED.*RUN_FINISHED/s.test(text) || !type.startsWith('text/event-stream'))
    throw new Error(`This is no stream of events: ${response.status} ${type} ${text.slice(0, 300)}`);

  const leaving = new AbortController();
  const left = await route(`slowly, for ${basename(file)}`, leaving.signal);
  const reader = left.body.getReader();
  let heard = '';
  while (!heard.includes('TEXT_MESSAGE_CONTENT'))
    heard += new TextDecoder().decode((await reader.read()).value);
  leaving.abort();
  await new Promise((resolve) => setTimeout(resolve, 100));
}

/**
 * @param {any} module
 * @param {Server | undefined} server
 * @returns {((topic: string, signal?: AbortSignal) => Promise<any>) | undefined}
 */
function routeOf({ default: app, POST }, server) {
  const path = '/report';
  const init = (/** @type {string} */ topic, /** @type {AbortSignal | undefined} */ signal) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ topic }),
    ...(signal && { signal }),
  });
  if (POST) return (topic, signal) => POST(new Request(`http://localhost${path}`, init(topic, signal)));
  if (app?.request) return async (topic, signal) => app.request(path, init(topic, signal));
  const address = /** @type {import('node:net').AddressInfo | null | undefined} */ (server?.address());
  return address
    ? (topic, signal) => fetch(`http://127.0.0.1:${address.port}${path}`, init(topic, signal))
    : undefined;
}
