// @ts-check
/** The inputs that settings are typed into. */

import { element, uniqueId } from '../dom/element.js';

/**
 * @param {HTMLElement} title
 * @param {...HTMLElement} content
 */
export function disclosure(title, ...content) {
  return element(
    'details',
    {},
    element('summary', {}, title),
    element('div', { class: 'inside' }, ...content),
  );
}

/**
 * @param {string} label
 * @param {HTMLElement} input
 */
export function field(label, input) {
  input.id = uniqueId('setting');
  return element('div', { class: 'field' }, element('label', { for: input.id }, label), input);
}

/**
 * @param {string} label
 * @param {HTMLElement} input
 */
export function check(label, input) {
  return element('label', { class: 'check' }, input, element('span', {}, label));
}

/** @param {Record<string, any>} attributes */
export function number(attributes) {
  return element('input', { type: 'number', inputmode: 'decimal', autocomplete: 'off', ...attributes });
}

/** @param {HTMLInputElement} input */
export function numberIn(input) {
  return input.value.trim() === '' ? undefined : Number(input.value);
}
