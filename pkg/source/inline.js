// @ts-check
/** For places that can load no file beside their code: the same file within the code, packed. */

export default async () => {
  const { default: base64 } = await import('../wasm/core_inline.js');
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
};
