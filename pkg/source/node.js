// @ts-check
/**
 * For Node and Bun: the file in the package, or, in a bundle that has no file beside it, the copy
 * within the code.
 */

import { readFile } from 'node:fs/promises';

export default async () => {
  try {
    return await readFile(new URL('../wasm/core_node.wasm', import.meta.url));
  } catch {
    const { default: inline } = await import('../source/inline.js');
    return inline();
  }
};
