// @ts-check
/** The code for what is in the form, in one of three variants, to be read and copied. */

import { element } from '../dom/element.js';
import { forCommandLine } from './command-line.js';
import { forBrowser, forNode } from './program.js';

/** @typedef {import('../run/order.js').Call} Call */

/** @type {{ label: string, codeOf: (order: Call) => string }[]} */
const variants = [
  { label: 'Node', codeOf: forNode },
  { label: 'Browser', codeOf: forBrowser },
  { label: 'Command line', codeOf: forCommandLine },
];

const saidMs = 1500;

export class CodeView {
  #text = element('code', {});
  #copy = element('button', { type: 'button', class: 'quiet', onclick: () => this.#write() }, 'Copy as code');
  #variant = variants[0];
  /** @type {Call | null} */
  #order = null;
  element = element(
    'div',
    { class: 'code' },
    element(
      'div',
      { class: 'code-head' },
      element(
        'fieldset',
        { class: 'variants' },
        element('legend', { class: 'unseen' }, 'Code for'),
        ...variants.map((variant, index) =>
          element(
            'label',
            { class: 'pattern' },
            element('input', {
              type: 'radio',
              name: 'variant',
              checked: index === 0,
              onchange: () => this.#choose(variant),
            }),
            element('span', {}, variant.label),
          ),
        ),
      ),
      this.#copy,
    ),
    element('pre', {}, this.#text),
  );

  /** @param {Call} order */
  show(order) {
    this.#order = order;
    const code = this.#variant.codeOf(order);
    if (this.#text.textContent !== code) this.#text.textContent = code;
  }

  /** @param {typeof variants[number]} variant */
  #choose(variant) {
    this.#variant = variant;
    if (this.#order) this.show(this.#order);
  }

  async #write() {
    // There is none where the page came without TLS.
    const written = navigator.clipboard?.writeText(this.#text.textContent ?? '') ?? Promise.reject();
    this.#copy.textContent = await written.then(
      () => 'Copied',
      () => 'The browser did not allow it',
    );
    setTimeout(() => (this.#copy.textContent = 'Copy as code'), saidMs);
  }
}
