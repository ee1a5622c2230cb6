// @ts-check
/**
 * Runs compiled programs of the documentation one after another, in this process, so that the core is loaded once. Writes what
 * became of each, as JSON, to the file that is named first.
 */

import { writeFileSync } from 'node:fs';
import { Server } from 'node:net';
import { pathToFileURL } from 'node:url';

const [report, ...files] = process.argv.slice(2);
/** @type {Record<string, { printed: string, error?: string, port?: number }>} */
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
  /** @type {{ printed: string, error?: string }} */
  const outcome = { printed };
  try {
    const module = await import(pathToFileURL(file).href);
    await ask(file, module);
  } catch (error) {
    outcome.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  process.stdout.write = write;
  outcomes[file] = { ...outcome, printed };
}
writeFileSync(report, JSON.stringify(outcomes));
process.exit(0);

/** The route of a server is asked as a page would. @param {string} file @param {any} module */
async function ask(file, module) {
  const route = routeOf(module);
  if (!route) return;
  const response = await route('/report');
  const text = await response.text();
  if (!/RUN_STARTED/.test(text) || !/RUN_FINISHED/.test(text))
    throw new Error(`${file} gives no events: ${response.status} ${text.slice(0, 300)}`);
  if (!/text\/event-stream/.test(response.headers.get('content-type')))
    throw new Error(`${file} gives its events as ${response.headers.get('content-type')}`);
  // And once by a visitor who leaves.
  const leaving = new AbortController();
  const left = await route('/report?slowly', leaving.signal);
  await left.body.getReader().read();
  leaving.abort();
  await new Promise((resolve) => setTimeout(resolve, 100));
}

/** @param {any} module @returns {((path: string, signal?: AbortSignal) => Promise<any>) | undefined} */
function routeOf({ default: app, POST }) {
  const init = (/** @type {string} */ path, /** @type {AbortSignal | undefined} */ signal) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ topic: path.includes('slowly') ? 'moths, slowly' : 'moths' }),
    ...(signal && { signal }),
  });
  if (POST) return (path, signal) => POST(new Request(`http://localhost${path}`, init(path, signal)));
  if (app?.request) return async (path, signal) => app.request(path, init(path, signal));
  const server = servers.pop();
  const address = /** @type {import('node:net').AddressInfo | undefined} */ (server?.address() ?? undefined);
  if (!address) return undefined;
  return (path, signal) => fetch(`http://127.0.0.1:${address.port}${path}`, init(path, signal));
}
