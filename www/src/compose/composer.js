// @ts-check
/**
 * The form of what to run: a pattern, and what it needs. Each pattern keeps what was typed while
 * another is shown. An effect that reads what is typed runs again when that changes.
 */

import { batch, effect, signal } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { patterns } from '../patterns/index.js';
import { suggestions } from '../patterns/suggestions.js';
import { control } from './field.js';

/** @typedef {import('../patterns/index.js').Pattern} Pattern */
/** @typedef {Map<string, import('./field.js').Control>} Controls */
/** @typedef {{ pattern: Pattern, form: HTMLElement, controls: Controls }} Page */

export class Composer {
  /** @type {Map<string, Page>} */
  #pages = new Map();
  #shown;
  /** How often something was typed. */
  #typed = signal(0);
  #place = element('div', { class: 'form' });
  #picker = this.#makePicker();
  #onTry;

  /**
   * @param {() => void} onEdit  something was typed
   * @param {() => void} onTry  a ready-made filling was chosen, to be run
   */
  constructor(onEdit, onTry) {
    this.#onTry = onTry;
    for (const pattern of patterns) this.#pages.set(pattern.name, pageOf(pattern));
    this.#shown = signal(/** @type {Page} */ (this.#pages.values().next().value));
    this.#place.addEventListener('input', () =>
      batch(() => {
        this.#typed.value += 1;
        onEdit();
      }),
    );
    effect(() => {
      const { pattern, form } = this.#shown.value;
      const chosen = this.#picker.querySelector(`input[value="${pattern.name}"]`);
      if (chosen instanceof HTMLInputElement) chosen.checked = true;
      this.#place.replaceChildren(form);
    });
  }

  /** The patterns, to choose from. */
  get picker() {
    return this.#picker;
  }

  /** The form of the chosen pattern. */
  get form() {
    return this.#place;
  }

  /** Ready-made fillings, each of which runs at once. */
  get chips() {
    const chips = suggestions.map(({ label, pattern, values }) =>
      element('button', { type: 'button', onclick: () => this.#try(pattern, values) }, label),
    );
    return element(
      'ul',
      { class: 'chips', 'aria-label': 'Run an example' },
      ...chips.map((chip) => element('li', {}, chip)),
    );
  }

  /**
   * @param {string} pattern
   * @param {Record<string, any>} values
   */
  #try(pattern, values) {
    this.fill(pattern, values);
    // The form is drawn before it runs: a long one takes its time.
    requestAnimationFrame(() => setTimeout(this.#onTry));
  }

  get pattern() {
    return this.#shown.value.pattern;
  }

  /** @param {string} name */
  pick(name) {
    this.#shown.value = this.#pages.get(name) ?? this.#shown.value;
  }

  /**
   * @param {string} name
   * @param {Record<string, any>} values
   */
  fill(name, values) {
    const { controls } = this.#pages.get(name) ?? this.#shown.value;
    batch(() => {
      for (const [field, value] of Object.entries(values)) controls.get(field)?.write(value);
      this.#typed.value += 1;
      this.pick(name);
    });
  }

  /** What is typed, by field. Throws where it cannot be read. */
  read() {
    void this.#typed.value;
    return Object.fromEntries([...this.#shown.value.controls].map(([name, { read }]) => [name, read()]));
  }

  /** @param {string} name */
  knows(name) {
    return this.#pages.has(name);
  }

  /** What is typed, where it is not what stood there at first. */
  changes() {
    const values = this.read();
    const isChanged = this.pattern.fields.some(
      ({ name, value }) => JSON.stringify(value) !== JSON.stringify(values[name]),
    );
    return isChanged ? values : null;
  }

  /** What is typed into the form that is shown, to be filled in again later. */
  get filling() {
    return { pattern: this.pattern.name, values: this.read() };
  }

  /** The call that is on the screen. */
  call() {
    const { name, function: its = name } = this.pattern;
    return { pattern: its, options: {}, ...this.pattern.call(this.read()) };
  }

  #makePicker() {
    const options = patterns.map(({ name, label }) =>
      element(
        'label',
        { class: 'pattern' },
        element('input', { type: 'radio', name: 'pattern', value: name, onchange: () => this.pick(name) }),
        element('span', {}, label),
      ),
    );
    return element(
      'fieldset',
      { class: 'patterns' },
      element('legend', { class: 'unseen' }, 'Pattern'),
      ...options,
    );
  }
}

/**
 * @param {Pattern} pattern
 * @returns {Page}
 */
function pageOf(pattern) {
  const controls = new Map(pattern.fields.map((field) => [field.name, control(field)]));
  const form = element(
    'div',
    {},
    element('p', { class: 'about' }, pattern.about),
    ...[...controls.values()].map((each) => each.element),
  );
  return { pattern, form, controls };
}
