// @ts-check
/**
 * For places that can load no file beside their code: the same file within the code, packed. Imported at once and not when
 * it is needed, since service workers and bundles of one file cannot import later.
 */

import base64 from '../wasm/core_inline.js';

export default () => {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
};
