// @ts-check
/**
 * A model inside this page: wllama, which is fetched when it is first used, and the file that the
 * person names.
 */

// Only its address: 9 MB that nobody loads who does not ask for them.
import wasm from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { completeWith } from '../../../examples/in-page/complete.js';

/** @typedef {import('./wllama.js').Wllama} Wllama */

/**
 * One model at a time: a page has no memory for two.
 * @type {{ address: string, loading: Promise<Wllama> } | null}
 */
let current = null;

/**
 * @param {string} address  of a GGUF file
 * @param {(text: string) => void} tell  how far it is
 * @returns {import('parallelization-agent').CompleteFunction}
 */
export function completeInPage(address, tell) {
  return (request, context) => completeWith(load(address, tell))(request, context);
}

/**
 * Takes seconds, and minutes where the file is not here yet: to be waited for before a run, whose
 * time it is not.
 * @param {string} address
 * @param {(text: string) => void} tell
 */
export function load(address, tell) {
  if (current?.address !== address) {
    const loading = open(address, tell, current?.loading);
    const loaded = { address, loading };
    current = loaded;
    // The next call tries again.
    loading.catch(() => {
      if (current === loaded) current = null;
    });
  }
  return /** @type {{ loading: Promise<Wllama> }} */ (current).loading;
}

/**
 * @param {string} address
 * @param {(text: string) => void} tell
 * @param {Promise<Wllama> | undefined} before  the model that makes way
 */
async function open(address, tell, before) {
  await before?.then((wllama) => wllama.exit()).catch(() => {});
  if (!('Suspending' in WebAssembly)) {
    throw new Error(
      'This browser cannot run it: it lacks a part of WebAssembly (JSPI), which Chrome and Edge have from version 137.',
    );
  }
  tell('Loading the program that runs the model…');
  try {
    const { LoggerWithoutDebug, Wllama } = await import('@wllama/wllama/esm/index.js');
    const wllama = new Wllama({ default: wasm }, { suppressNativeLog: true, logger: LoggerWithoutDebug });
    // Else it would fetch a part of itself from a server of others for browsers without JSPI.
    wllama.setCompat(null);
    await wllama.loadModelFromUrl(new URL(address, location.href).href, {
      n_ctx: 4096,
      progressCallback: ({ loaded, total }) => tell(`Loading the model: ${share(loaded, total)}`),
    });
    tell('The model is loaded.');
    return wllama;
  } catch (error) {
    tell('');
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The model could not be loaded from ${address}: ${reason}. The address has to be that of a GGUF file of at most 2 GB ` +
        'whose server lets pages in (CORS).',
    );
  }
}

/**
 * @param {number} loaded
 * @param {number} total  0 where the server does not say
 */
function share(loaded, total) {
  const megabytes = (/** @type {number} */ bytes) => Math.round(bytes / 1e6);
  if (total === 0) return `${megabytes(loaded)} MB`;
  return `${Math.floor((100 * loaded) / total)} % of ${megabytes(total)} MB`;
}
