// @ts-check
/** Builds the demo page and serves it on this machine, together with a way to the model. */

import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from '../command.mjs';
import { www } from '../paths.mjs';
import { modelPath } from '../setup/local-model.mjs';
import { forwardToModel } from './model-proxy.mjs';
import { isFromThisMachine, isFromThisPage } from './same-origin.mjs';
import { serveFile } from './static-files.mjs';

const address = '127.0.0.1';
const portsToTry = 20;
const modelFile = '/model.gguf';

/**
 * @param {import('../model.mjs').Model} model
 * @param {number} port
 */
export async function servePage(model, port) {
  if (!existsSync(join(www, 'index.html'))) {
    console.error('No demo page: www/index.html is not there');
    return null;
  }
  await run('npm', ['run', '--silent', 'build:www'], { quiet: true });
  const server = pageServer(model, join(www, 'dist'));
  const actualPort = await listen(server, port);
  return {
    address: `http://${address}:${actualPort}/`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * @param {import('../model.mjs').Model} model
 * @param {string} folder  of the page's files
 */
export function pageServer(model, folder) {
  return createServer((request, response) => respond(model, folder, request, response));
}

/**
 * @param {import('../model.mjs').Model} model
 * @param {string} folder
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function respond(model, folder, request, response) {
  try {
    const { pathname, search } = new URL(`http://localhost${request.url}`);
    if (!isFromThisMachine(request)) refuse(response, 403, 'This server answers to its own address only.');
    else if (pathname === '/model.json') describe(model, request, response);
    else if (pathname === modelFile) await sendModel(request, response);
    else if (!pathname.startsWith('/v1/')) await serveFile(folder, pathname, response);
    else if (!isFromThisPage(request))
      refuse(response, 403, 'The model is for the page of this server only.');
    else await forwardToModel(model, `${pathname.slice('/v1'.length)}${search}`, request, response);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else refuse(response, 502, error instanceof Error ? error.message : String(error));
  }
}

/**
 * What the page may know of the model: everything but its key.
 * @param {import('../model.mjs').Model} model
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function describe({ kind, name, model }, { headers }, response) {
  const file = existsSync(modelPath) ? modelFile : undefined;
  const description = { baseURL: `http://${headers.host}/v1`, model, kind, name, file };
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(description));
}

/**
 * The tiny model itself, where set-up has fetched it: for a model inside the page.
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function sendModel({ method }, response) {
  const { size } = await stat(modelPath);
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
  if (method === 'HEAD') response.end();
  else await pipeline(createReadStream(modelPath), response);
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} message
 */
function refuse(response, status, message) {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { message } }));
}

/**
 * Listens at the port or the next one that is free, and returns it.
 * @param {import('node:http').Server} server
 * @param {number} first
 */
async function listen(server, first) {
  for (let port = first; port < first + portsToTry; port++) {
    const error = await new Promise((resolve) => {
      server.once('error', resolve);
      server.listen(port, address, () => resolve(null));
    });
    if (!error) return port;
    if (error.code !== 'EADDRINUSE') throw error;
  }
  throw new Error(
    `No port from ${first} to ${first + portsToTry - 1} is free; choose another with \`--port\``,
  );
}
