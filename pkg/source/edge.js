// @ts-check
/**
 * For the edge runtime of Next.js, which compiles WebAssembly when it is built and never while it
 * runs.
 */

// @ts-expect-error TypeScript knows no modules of this kind.
import core from '../wasm/core_bg.wasm?module';

export default () => core;
