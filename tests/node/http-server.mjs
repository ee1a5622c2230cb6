// @ts-check
/** A server whose answers to everything are the test's. */

import { once } from 'node:events';
import http from 'node:http';

/**
 * Gives its port.
 * @param {import('node:test').TestContext} t
 * @param {http.RequestListener} listener
 */
export async function serve(t, listener, host = '127.0.0.1') {
  const server = http.createServer(listener).listen(0, host);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}
