// @ts-check
/**
 * Who answers, and within which limits: the options that every pattern shares. An effect that reads
 * them runs again when they change.
 */

import { signal } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { check, disclosure, field, number, numberIn } from './inputs.js';
import { isRemembered, keepKey, keyOf } from './key.js';

/** @typedef {import('./presets.js').Preset} Preset */

/** Where each option is typed in. @type {Record<string, string>} */
const inputOf = {
  baseURL: 'baseURL',
  model: 'model',
  apiKey: 'key',
  concurrency: 'concurrency',
  maxTokens: 'maxTokens',
  timeoutMs: 'timeoutS',
  maxRetries: 'maxRetries',
  prices: 'priceIn',
};
/** Enough to come through them nearly always. */
const triesAmongFaults = 6;

export class Settings {
  #presets;
  #preset;
  /** How often something was typed. */
  #typed = signal(0);
  #inputs = {
    preset: element('select', { name: 'preset' }),
    baseURL: element('input', { type: 'url', name: 'baseURL', spellcheck: 'false', autocomplete: 'off' }),
    model: element('input', { name: 'model', spellcheck: 'false', autocomplete: 'off' }),
    key: element('input', { type: 'password', name: 'key', spellcheck: 'false', autocomplete: 'off' }),
    remember: element('input', { type: 'checkbox', name: 'remember' }),
    concurrency: number({ name: 'concurrency', min: 1, max: 1000, placeholder: 'auto' }),
    maxTokens: number({ name: 'maxTokens', min: 1, placeholder: 'the model’s' }),
    timeoutS: number({ name: 'timeoutS', min: 1, placeholder: '600' }),
    maxRetries: number({ name: 'maxRetries', min: 0, max: 20, placeholder: '2' }),
    priceIn: number({ name: 'priceIn', min: 0, step: 'any', placeholder: 'unknown' }),
    priceOut: number({ name: 'priceOut', min: 0, step: 'any', placeholder: 'unknown' }),
    faults: element('input', { type: 'checkbox', name: 'faults', role: 'switch' }),
  };
  /** Whether calls are to fail: it stands beside the button that runs. */
  faults = check('Let calls fail', this.#inputs.faults);
  #hint = element('p', { class: 'hint' });
  #keyPart = element('div', { class: 'key' });
  #title = element('span', { class: 'value' });
  #progress = element('p', { class: 'hint', role: 'status' });
  #loadButton = element('button', { type: 'button', onclick: () => this.#loadAhead() }, 'Load the model');
  #element;

  /** @param {Preset[]} presets */
  constructor(presets) {
    this.#presets = presets;
    this.#preset = signal(presets[0]);
    this.#element = this.#build();
    this.#element.addEventListener('input', ({ target }) => {
      /** @type {Element} */ (target).removeAttribute('aria-invalid');
      this.#keep();
      this.#typed.value += 1;
    });
    this.#inputs.preset.addEventListener('change', () => this.#show(this.#inputs.preset.value));
    this.#inputs.model.addEventListener('input', () => this.#dropPrice());
    this.#show(presets[0].id);
  }

  get element() {
    return this.#element;
  }

  get preset() {
    return this.#preset.value;
  }

  /**
   * Chooses an endpoint, where it is there.
   * @param {string} id
   */
  choose(id) {
    if (!this.#presets.some((preset) => preset.id === id)) return;
    this.#inputs.preset.value = id;
    this.#show(id);
  }

  /** Options of a run. */
  read() {
    void this.#typed.value;
    const { model, concurrency, maxTokens, timeoutS, maxRetries, faults } = this.#inputs;
    const key = keyOf(this.preset.id);
    const timeoutMs = numberIn(timeoutS);
    return {
      ...(this.preset.complete ? this.#inPage(this.preset.complete) : this.#server(key)),
      model: model.value.trim(),
      stream: true,
      ...given('concurrency', numberIn(concurrency)),
      ...given('maxTokens', numberIn(maxTokens)),
      ...given('temperature', this.preset.limits?.temperature),
      ...given('timeoutMs', timeoutMs && timeoutMs * 1000),
      ...given('maxRetries', numberIn(maxRetries) ?? (faults.checked ? triesAmongFaults : undefined)),
      ...this.#prices(),
    };
  }

  /** What of a run is no plain data, and is made where it runs. */
  get world() {
    const { id, sample = false, complete } = this.preset;
    // A model inside the page fails often enough by itself.
    return { sample, faults: this.#inputs.faults.checked && !complete, storeNamespace: id };
  }

  /**
   * Shows where an option that is not right stands, if it stands here.
   * @param {{ path: string }[]} issues
   */
  point(issues) {
    const inputs = /** @type {Record<string, HTMLInputElement>} */ (/** @type {unknown} */ (this.#inputs));
    const wrong = issues.flatMap(({ path }) => {
      const name = inputOf[path.replace(/^options\./, '').split(/[.[]/)[0]];
      return name ? [inputs[name]] : [];
    });
    for (const input of wrong) input.setAttribute('aria-invalid', 'true');
    const [first] = wrong;
    if (!first) return;
    first.closest('details')?.setAttribute('open', '');
    first.focus();
  }

  /** The same for a program: without what is this page's alone. */
  readForCode() {
    const options = /** @type {Record<string, any>} */ (this.read());
    if (!this.preset.pricedAs) return options;
    const { baseURL, model, prices, ...own } = options;
    return { ...own, model: this.preset.pricedAs, apiKey: '' };
  }

  /** @param {string} key */
  #server(key) {
    return {
      ...(this.preset.provider !== 'openai' && { provider: this.preset.provider }),
      baseURL: this.#inputs.baseURL.value.trim(),
      ...(key !== '' && { apiKey: key }),
    };
  }

  /** @param {NonNullable<Preset['complete']>} complete */
  #inPage(complete) {
    return { complete: complete(this.#inputs.baseURL.value.trim(), this.#tell) };
  }

  /** Loads what answers inside the page. Rejects where it cannot. */
  async load() {
    await this.preset.load?.(this.#inputs.baseURL.value.trim(), this.#tell);
  }

  async #loadAhead() {
    await this.load().catch((error) => this.#tell(error.message));
  }

  #tell = (/** @type {string} */ text) => {
    this.#progress.textContent = text;
  };

  #prices() {
    const input = numberIn(this.#inputs.priceIn);
    const output = numberIn(this.#inputs.priceOut);
    if (input === undefined && output === undefined) return {};
    if (input === undefined || output === undefined) {
      throw new Error('“Limits and prices”: give the prices of tokens read and written, or neither.');
    }
    return { prices: { [this.#inputs.model.value.trim()]: { input, output } } };
  }

  /** The preset's price is that of its model: another one is not known. */
  #dropPrice() {
    const { price } = this.preset;
    const { priceIn, priceOut } = this.#inputs;
    if (priceIn.value !== String(price?.input) || priceOut.value !== String(price?.output)) return;
    priceIn.value = '';
    priceOut.value = '';
  }

  /** @param {string} id */
  #show(id) {
    const preset = this.#presets.find((preset) => preset.id === id) ?? this.#presets[0];
    const { baseURL, model, needsKey, hint, limits, price } = preset;
    const inputs = this.#inputs;
    inputs.baseURL.value = baseURL;
    inputs.model.value = model;
    inputs.key.value = keyOf(id);
    inputs.remember.checked = isRemembered(id);
    inputs.concurrency.value = limits?.concurrency ?? '';
    inputs.maxTokens.value = limits?.maxTokens ?? '';
    inputs.priceIn.value = String(price?.input ?? '');
    inputs.priceOut.value = String(price?.output ?? '');
    this.#hint.textContent = hint ?? '';
    this.#progress.textContent = '';
    this.#keyPart.hidden = !needsKey && id !== 'custom';
    this.#loadButton.hidden = !preset.load;
    this.#preset.value = preset;
    this.#typed.value += 1;
    this.#keep();
  }

  #keep() {
    keepKey(this.preset.id, this.#inputs.key.value.trim(), this.#inputs.remember.checked);
    const missing = this.preset.needsKey && keyOf(this.preset.id) === '';
    const model = this.#inputs.model.value.trim();
    const what = model === '' || model === 'simulated' ? this.preset.label : `${this.preset.label}, ${model}`;
    this.#title.textContent = missing ? `${what} (needs a key)` : what;
  }

  #build() {
    const inputs = this.#inputs;
    inputs.preset.append(...this.#presets.map(({ id, label }) => element('option', { value: id }, label)));
    this.#keyPart.append(
      field('Key', inputs.key),
      check('Keep it until this tab is closed', inputs.remember),
      element(
        'p',
        { class: 'hint' },
        'The key goes from this page to the address above and nowhere else. Still, whatever runs in a page can read ' +
          'it: use a key of your own with a low limit, and never publish a page with a key in it.',
      ),
    );
    return element(
      'div',
      { class: 'settings' },
      disclosure(
        element('span', {}, 'Model ', this.#title),
        this.#hint,
        field('Endpoint', inputs.preset),
        field('Address', inputs.baseURL),
        field('Model', inputs.model),
        this.#loadButton,
        this.#keyPart,
      ),
      this.#progress,
      disclosure(
        element('span', {}, 'Limits and prices'),
        element(
          'div',
          { class: 'pairs' },
          field('Calls at once', inputs.concurrency),
          field('Longest answer, tokens', inputs.maxTokens),
          field('Time for a call, seconds', inputs.timeoutS),
          field('Tries after a failure', inputs.maxRetries),
          field('Price of a million tokens read, $', inputs.priceIn),
          field('Price of a million tokens written, $', inputs.priceOut),
        ),
      ),
    );
  }
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function given(name, value) {
  return value === undefined ? {} : { [name]: value };
}
