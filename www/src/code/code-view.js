// @ts-check
/** The code for what is in the form, in one of three variants, to be read and copied. */

import { effect, signal } from '@preact/signals-core';
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
  #variant = signal(variants[0]);
  /** What nobody sees is not written. */
  isShown = signal(false);
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
              onchange: () => (this.#variant.value = variant),
            }),
            element('span', {}, variant.label),
          ),
        ),
      ),
      this.#copy,
    ),
    element('pre', {}, this.#text),
  );

  /** @param {{ readonly value: Call | null }} call  null where there is none yet */
  constructor(call) {
    effect(() => {
      if (this.isShown.value && call.value) this.#text.textContent = this.#variant.value.codeOf(call.value);
    });
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
