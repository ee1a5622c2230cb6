// @ts-check
/**
 * For places that can load no file beside their code: the same file within the code, packed. Imported at once and not when
 * it is needed, since service workers and bundles of one file cannot import later.
 */

import { builtin } from '../surroundings.js';
import base64 from '../wasm/core_inline.js';

export default () => {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  // A simulated page has neither streams nor responses; its Node has another way.
  const { gunzipSync } = typeof DecompressionStream === 'function' ? {} : builtin('node:zlib');
  if (gunzipSync) return gunzipSync(packed);
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
};
