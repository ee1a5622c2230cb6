// @ts-check
/** What adapters of other libraries read of the messages that a `complete` is asked with. */

/** @param {import('./index.js').CompleteRequest['messages'][number]['content']} content */
export function textOf(content) {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** A model may have written what is no JSON; other libraries take objects alone. @param {string} text */
export function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
