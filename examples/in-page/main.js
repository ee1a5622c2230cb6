// @ts-check
/** What the page runs. Without a bundler: both packages as they are. */

import { completeWith } from './complete.js';

const out = /** @type {HTMLElement} */ (document.querySelector('output'));

/**
 * @param {string} address  of a GGUF file
 */
async function load(address) {
  // Paths of the packages, for a page without a bundler; with one, `import { Wllama } from
  // '@wllama/wllama/esm/index.js'`.
  const { Wllama } = await import(/** @type {any} */ ('/wllama/index.js'));
  const wllama = new Wllama({ default: '/wllama/wasm/wllama.wasm' }, { suppressNativeLog: true });
  wllama.setCompat(null);
  await wllama.loadModelFromUrl(address, {
    useCache: false,
    n_ctx: 2048,
    progressCallback: (/** @type {{ loaded: number, total: number }} */ { loaded, total }) => {
      out.textContent = `Loading the model: ${Math.round((100 * loaded) / total)} %`;
    },
  });
  out.textContent = 'Thinking…';
  return wllama;
}

try {
  const { parallelProcess } = await import(/** @type {any} */ ('/parallelization-agent/dist/web.js'));
  const run = parallelProcess(
    'Name a shop',
    [
      { id: 'wares', content: 'Name two things that a lamp shop sells.' },
      { id: 'name', content: 'Invent a name for a shop with these:', dependencies: ['wares'] },
    ],
    {
      complete: completeWith(load('/model.gguf')),
      model: 'smollm2-135m-instruct',
      // One model in one page answers one call at a time.
      concurrency: 1,
      maxTokens: 16,
      temperature: 0,
      stream: true,
      aggregate: false,
    },
  );
  const result = await run;
  out.textContent = result.results.map((/** @type {any} */ { result }) => result).join('\n');
  // For whoever opened this page.
  out.dataset.outcome = JSON.stringify({ result });
} catch (error) {
  out.textContent = String(error);
  out.dataset.outcome = JSON.stringify({ error: String(error) });
}
