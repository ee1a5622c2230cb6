#!/usr/bin/env node
// @ts-check
/**
 * Builds the npm package: the core to WebAssembly, the same inlined, the entries that are one file.
 * Prints what a page downloads.
 */

import { pathToFileURL } from 'node:url';
import { setup } from './setup.mjs';

export async function build() {
  await setup('build');
  // Only now are the packages there that these import.
  const { buildCore } = await import('./build/core.mjs');
  const { inlineCore } = await import('./build/inline.mjs');
  const { bundle } = await import('./build/bundle.mjs');
  const { writeDocuments } = await import('./build/documents.mjs');
  await buildCore();
  await inlineCore();
  writeDocuments(await bundle());
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await build();
    const { printSizes } = await import('./build/sizes.mjs');
    await printSizes();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
