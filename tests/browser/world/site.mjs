// @ts-check
/**
 * The built page on a server of this process, as `npm start` serves it, in front of a model server.
 */

import { createServer } from 'node:http';
import { forwardToModel } from '../../../scripts/start/model-proxy.mjs';
import { serveFile } from '../../../scripts/start/static-files.mjs';
import { builtPage } from './built.mjs';

/**
 * @typedef {object} Model
 * @property {string} baseURL
 * @property {string} model
 * @property {string} kind
 * @property {string} name
 * @property {() => Promise<void>} stop
 */

/**
 * @param {Model | null} model  null for a static host: files, and nothing else
 * @param {string} [base]  the path that the files are under
 */
export async function serveSite(model, base = '/') {
  const folder = await builtPage();
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async function respond(request, response) {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (model && pathname === '/model.json') {
      const { kind, name, model: id } = model;
      const baseURL = `http://${request.headers.host}/v1`;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind, name, model: id, baseURL }));
    } else if (model && pathname.startsWith('/v1/')) {
      await forwardToModel(/** @type {any} */ (model), pathname.slice('/v1'.length), request, response);
    } else if (pathname.startsWith(base)) {
      await serveFile(folder, `/${pathname.slice(base.length)}`, response);
    } else {
      response.writeHead(404).end();
    }
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    address: `http://127.0.0.1:${port}${base}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await model?.stop();
    },
  };
}
