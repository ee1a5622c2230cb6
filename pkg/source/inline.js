// @ts-check
/**
 * For places that can load no file beside their code: the same file within the code, packed.
 * Imported at once and not when it is needed, since service workers and bundles of one file cannot
 * import later.
 */

import { builtin } from '../surroundings.js';
import base64 from '../wasm/core_inline.js';

export default () => {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  // A page that a test simulates may lack streams; the Node below it does not.
  const { gunzipSync } = builtin('node:zlib');
  if (gunzipSync) return gunzipSync(packed);
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
};
