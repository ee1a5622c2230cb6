// @ts-check
/**
 * For pages without a bundler, and for bundlers that know `new URL(…, import.meta.url)` and copy
 * the file: the browser compiles it while it comes, and keeps it in its cache.
 */

export default () => fetch(new URL('../wasm/core_bg.wasm', import.meta.url));
