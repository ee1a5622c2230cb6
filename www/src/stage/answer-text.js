// @ts-check
/** A model's answer: Markdown, or, where the pattern asked for a form, the form's entries. */

import { element } from '../dom/element.js';
import { showMarkdown } from '../dom/markdown.js';

/**
 * @param {Element} target
 * @param {string} text
 */
export function showAnswer(target, text) {
  const form = formIn(text);
  if (form) target.replaceChildren(entriesOf(form));
  else if (text.trimStart().startsWith('{')) target.replaceChildren(element('code', {}, text));
  else showMarkdown(target, text);
}

/**
 * @param {string} text
 * @returns {Record<string, unknown> | null}
 */
function formIn(text) {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    return JSON.parse(text);
  } catch {
    // It is still coming.
    return null;
  }
}

/** @param {Record<string, unknown>} form */
function entriesOf(form) {
  return element(
    'dl',
    { class: 'entries' },
    ...Object.entries(form).map(([name, value]) =>
      element(
        'div',
        {},
        element('dt', {}, name),
        element('dd', {}, typeof value === 'string' ? value : JSON.stringify(value)),
      ),
    ),
  );
}
