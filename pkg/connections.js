// @ts-check
/**
 * How many connections there are to a host, where they are few: others wait for one of them, and no
 * time-out of theirs should run.
 */

/** What every browser opens to a host over HTTP/1.1. */
const ofBrowsers = 6;

/**
 * @param {string} url
 * @param {any} [fetch]  the caller's own, which in a page is mostly made of the global one
 * @returns {number | undefined}  nothing where they are many, or nothing is known of them
 */
export function connectionsTo(url, fetch) {
  if (Number.isSafeInteger(fetch?.maxConnections)) return fetch.maxConnections;
  const { location, performance } = globalThis;
  // Node, Deno, Bun and the edge have none.
  if (!location) return undefined;
  const { origin, protocol } = new URL(url, location.href);
  // Browsers speak HTTP/2 and later over TLS alone.
  if (protocol === 'http:') return ofBrowsers;
  // Of what came from there before, or of the page itself.
  const known = /** @type {PerformanceResourceTiming[]} */ (performance.getEntries()).findLast(
    ({ name, nextHopProtocol }) => nextHopProtocol && name.startsWith(`${origin}/`),
  );
  return known?.nextHopProtocol.startsWith('http/1') ? ofBrowsers : undefined;
}
