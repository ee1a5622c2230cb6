// @ts-check
/**
 * For Cloudflare Workers, which compile WebAssembly when they are deployed and never while they
 * run.
 */

// @ts-expect-error TypeScript knows no modules of this kind.
import core from '../wasm/core_bg.wasm';

export default () => core;
