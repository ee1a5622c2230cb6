// @ts-check
/** A server that is nothing but connections, for what no server of HTTP would do. */

import { createServer } from 'node:net';

/**
 * @param {import('node:test').TestContext} test
 * @param {(
 *   socket: import('node:net').Socket,
 *   request: { index: number, onConnection: number },
 * ) => unknown} meet  is called for each request, with its number in all and on its connection
 */
export async function startRawServer(test, meet) {
  const state = { connections: 0, seen: /** @type {number[]} */ ([]), baseURL: '' };
  /** @type {Set<import('node:net').Socket>} */
  const open = new Set();
  const server = createServer((socket) => {
    state.connections += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
    let onConnection = 0;
    let text = '';
    socket.on('data', (piece) => {
      text += piece;
      const [, length, rest] = /content-length: (\d+)\r\n(?:.*?\r\n)?\r\n(.*)$/is.exec(text) ?? [];
      if (length === undefined || Buffer.byteLength(rest) < Number(length)) return;
      text = '';
      state.seen.push(onConnection);
      meet(socket, { index: state.seen.length - 1, onConnection });
      onConnection += 1;
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  test.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return Object.assign(state, { baseURL: `http://127.0.0.1:${port}/v1` });
}

/** An answer whose connection is kept. @param {string} body */
export function answer(body, type = 'application/json') {
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n${body}`;
}
