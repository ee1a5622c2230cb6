// @ts-check
/**
 * Who may use this server. It listens on this machine only, but every site that the user visits
 * runs on this machine too, in the browser.
 */

/**
 * A site can point a name of its own at 127.0.0.1; the browser then sends that name as the host.
 * @param {import('node:http').IncomingMessage} request
 */
export function isFromThisMachine({ headers, socket }) {
  return ['127.0.0.1', 'localhost'].some((name) => headers.host === `${name}:${socket.localPort}`);
}

/**
 * A browser says of each request whence it comes; programs other than browsers say nothing.
 * @param {import('node:http').IncomingMessage} request
 */
export function isFromThisPage({ headers }) {
  const site = headers['sec-fetch-site'];
  const sameSite = site === undefined || site === 'same-origin' || site === 'none';
  return sameSite && (headers.origin === undefined || headers.origin === `http://${headers.host}`);
}
