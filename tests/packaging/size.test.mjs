// @ts-check
/** What a page downloads does not grow unnoticed. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizes } from '../../scripts/build/sizes.mjs';
import { hasLibrarySources } from '../../scripts/toolchain.mjs';

/**
 * Bytes of JavaScript and WebAssembly together, by brotli. To be lowered with each gain: the goal
 * is 175 kB.
 */
const budget = 277_500;

test(`a page downloads at most ${budget / 1000} kB`, { skip: !hasLibrarySources() }, async () => {
  const { together } = await sizes();
  assert.ok(together.brotli <= budget, `it is ${together.brotli}`);
  assert.ok(together.brotli > budget * 0.95, `it is ${together.brotli} only: lower the budget`);
});
