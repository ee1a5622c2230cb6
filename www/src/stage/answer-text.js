// @ts-check
/** A model's answer: Markdown, or, where the pattern asked for a form, the form's entries. */

import { element } from '../dom/element.js';
import { Markdown } from '../dom/markdown.js';
import { formSoFar } from './form-so-far.js';

/**
 * A form that is longer is no form of ours, and not worth the time to read it anew with each piece.
 */
const longestForm = 20_000;

/** What is said is looked for first, and why after it; models are asked for the why first. */
const why = new Set(['reasoning', 'reason']);

/** Of a picker: a number in a list that was shuffled, which nobody else sees. */
const hidden = 'choice';

export class AnswerText {
  element = element('div', { class: 'answer', dir: 'auto' });
  #markdown = new Markdown(this.element);

  /**
   * @param {string} text
   * @param {boolean} isWhole
   */
  show(text, isWhole) {
    const isForm = text.length < longestForm && text.trimStart().startsWith('{');
    if (!isForm) return this.#markdown.show(text);
    const form = isWhole ? wholeForm(text) : formSoFar(text);
    this.element.replaceChildren(form ? entriesOf(form, isWhole) : element('code', {}, text));
  }
}

/**
 * @param {string} text
 * @returns {Record<string, unknown> | null}
 */
function wholeForm(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {Record<string, unknown>} form
 * @param {boolean} isWhole  nothing changes its place while it is read
 */
function entriesOf(form, isWhole) {
  const isWhy = (/** @type {[string, unknown]} */ [name]) => Number(isWhole && why.has(name));
  return element(
    'dl',
    { class: 'entries' },
    ...Object.entries(form)
      .filter(([name]) => name !== hidden)
      .sort((a, b) => isWhy(a) - isWhy(b))
      .map(([name, value]) =>
        element(
          'div',
          {},
          element('dt', {}, name),
          element('dd', {}, typeof value === 'string' ? value : JSON.stringify(value)),
        ),
      ),
  );
}
