#!/usr/bin/env node
// @ts-check
/**
 * What each feature adds to the WebAssembly, as a table: `npm run sizes`, after a build; with
 * `--write` in `docs/benchmarks.md`. Goes by the names of functions, which the shipped file does
 * not have. A function that several features share is counted under the last line.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeSection } from '../docs/section.mjs';
import { cache, root } from '../paths.mjs';
import { namedCore, optimise } from './core.mjs';
import { functionSizes } from './function-sizes.mjs';
import { sizes } from './sizes.mjs';

/** Where the code of a feature lies, below the crate's root. The first that fits counts. */
const features = Object.entries({
  'OpenAI’s format': /^model::openai/,
  'Anthropic’s format': /^model::anthropic/,
  'Gemini’s format': /^model::gemini/,
  'own model function': /^(model::custom|api::js::model_function)/,
  schema: /^(model::schema|api::(schema|js::standard_schema)|engine::call::structured)/,
  store: /^(engine::call::journal|api::js::store)/,
  'limits and budget': /^engine::limits/,
  'graph of subtasks': /^((strategy|api::patterns)::process|strategy::latch|engine::graph)/,
  sectioning: /^(strategy|api::patterns)::sectioning/,
  voting: /^(strategy|api::patterns)::voting/,
  'map-reduce': /^((strategy|api::patterns)::map_reduce|strategy::chunks)/,
  batch: /^(strategy|api::patterns)::(batch|documents)/,
  perspectives: /^(strategy|api::patterns)::perspectives/,
  'best of n': /^((strategy|api::patterns)::best_of|strategy::judge)/,
  evaluate: /^(strategy|api::patterns)::(evaluate|criteria)/,
  clones: /^(strategy|api::patterns)::clones/,
  guardrail: /^(strategy|api::patterns)::guarded/,
  'prompt commands': /^api::patterns::prompt/,
  'summaries and prompts': /^strategy::/,
  'events and reports': /^(event|report|engine::progress|error)/,
  'options and their errors': /^api::/,
  JSON: /^json/,
  'calls: retries, tools, hedging, account': /^(engine|model)::/,
  'fetch, timers, promises': /^(platform|host)/,
});

/** Other crates, by what they are there for. */
const others = /** @type {[RegExp, string][]} */ ([
  [/^(gloo_|js_sys|web_sys|wasm_bindgen|__wbindgen|__wbg|__externref)/, 'fetch, timers, promises'],
  [/^dlmalloc|__rust_(al|deal|re)loc/, 'memory'],
]);

/** @param {string} name */
function featureOf(name) {
  // Hashes tell versions of a crate apart, and methods begin with their type.
  const plain = name.replaceAll(/\[[0-9a-f]+\]/g, '');
  const path = plain.match(/parallelization_agent::([\w:]+)/)?.[1];
  if (path) return features.find(([, place]) => place.test(path))?.[0];
  return others.find(([place]) => place.test(plain.replace(/^[<&]+/, '')))?.[1];
}

async function printFeatures() {
  const named = join(cache, 'named.wasm');
  await optimise(namedCore, named, '--debuginfo');
  const rows = new Map();
  for (const { name, bytes } of functionSizes(readFileSync(named))) {
    const feature = featureOf(name) ?? 'shared: library and generic code';
    rows.set(feature, (rows.get(feature) ?? 0) + bytes);
  }
  const { WebAssembly: core } = await sizes();
  const sorted = [...rows].sort(([, a], [, b]) => b - a);
  const code = sorted.reduce((sum, [, bytes]) => sum + bytes, 0);
  const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const lines = [...sorted, ['texts and tables', core.raw - code]].map(
    ([feature, bytes]) =>
      `| ${feature} | ${kilobytes(bytes)} | ${kilobytes((bytes / core.raw) * core.brotli)} |`,
  );
  const table = ['| feature | raw | about, packed |', '|---|---|---|', ...lines].join('\n');
  if (!process.argv.includes('--write')) console.log(table);
  else writeSection(join(root, 'docs', 'benchmarks.md'), 'scripts/build/features.mjs', table);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await printFeatures();
