// @ts-check
/** Preloaded into every process of these tests, the examples too: no run goes unheard. */

import { register } from 'node:module';

register('./resolve.mjs', import.meta.url);
