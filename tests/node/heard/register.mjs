// @ts-check
/** Preloaded into every process of these tests, the examples and the README's snippets too: no run goes unheard. */

import { register } from 'node:module';

register('./resolve.mjs', import.meta.url);
