// @ts-check
/** What adapters of other libraries read of the messages that a `complete` is asked with. */

/**
 * Refuses what a library has no way for: the call fails with what to do, and is not tried again.
 * @param {Record<string, any>} request
 * @param {string[]} names  of the options
 * @param {string} remedy
 */
export function refuse(request, names, remedy) {
  const given = names.find((name) => request[name] !== undefined);
  if (given) throw Object.assign(new TypeError(`\`${given}\`: ${remedy}`), { code: 'INVALID_INPUT' });
}

/** @typedef {import('./index.js').RequestPart} RequestPart */

/**
 * What a part shows, by its address: an `https:` one, or a `data:` one that holds it.
 * @param {Exclude<RequestPart, { type: 'text' }>} part
 * @returns {{ address: string, mediaType?: string, data?: string, filename?: string }}
 */
export function mediaOf(part) {
  /** @type {any} */
  const { image_url: image, file, input_audio: audio } = part;
  const address = image?.url ?? file?.file_data ?? `data:audio/${audio.format};base64,${audio.data}`;
  const [, mediaType, data] = address.match(/^data:([^;,]+)[^,]*;base64,(.*)$/s) ?? [];
  return {
    address,
    mediaType: mediaType ?? (image ? 'image/*' : 'application/pdf'),
    data,
    filename: file?.filename,
  };
}

/** @param {import('./index.js').CompleteRequest['messages'][number]['content']} content */
export function textOf(content) {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/**
 * A model may have written invalid JSON; other libraries take objects only.
 * @param {string} text
 */
export function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
