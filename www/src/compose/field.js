// @ts-check
/** The control for one field of a pattern's form. */

import { element, uniqueId } from '../dom/element.js';
import { rowsControl } from './rows-control.js';

/**
 * @typedef {object} Control
 * @property {HTMLElement} element
 * @property {() => any} read  throws where what was typed cannot be read
 * @property {(value: any) => void} write
 */

/**
 * @param {import('../patterns/index.js').Field} field
 * @returns {Control}
 */
export function control(field) {
  return field.kind === 'rows' ? rowsControl(field) : simpleControl(field);
}

/**
 * @param {import('../patterns/index.js').Field} field
 * @returns {Control}
 */
function simpleControl(field) {
  const id = uniqueId(field.name);
  const hintId = `${id}-hint`;
  const input = inputOf(field, { id, 'aria-describedby': field.hint && hintId });
  const codec = codecs[field.kind] ?? codecs.text;
  const write = (/** @type {any} */ value) => {
    input.value = codec.print(value);
  };
  write(field.value);
  return {
    element: element(
      'div',
      { class: 'field' },
      element('label', { for: id }, field.label),
      input,
      field.hint && element('p', { class: 'hint', id: hintId }, field.hint),
    ),
    read: () => codec.parse(input.value),
    write,
  };
}

/**
 * @param {import('../patterns/index.js').Field} field
 * @param {Record<string, any>} attributes
 */
function inputOf({ kind, min, max, choices = [] }, attributes) {
  if (kind === 'area' || kind === 'lines') {
    return element('textarea', { ...attributes, dir: 'auto', rows: kind === 'area' ? 3 : 4 });
  }
  if (kind === 'choice') {
    return element(
      'select',
      attributes,
      ...choices.map(([value, label]) => element('option', { value }, label)),
    );
  }
  const type = kind === 'number' ? { type: 'number', min, max, inputmode: 'numeric' } : { type: 'text' };
  return element('input', { ...attributes, ...type, dir: 'auto', autocomplete: 'off' });
}

/** @type {Record<string, { print: (value: any) => string, parse: (text: string) => any }>} */
const codecs = {
  text: { print: String, parse: (text) => text },
  number: { print: String, parse: (text) => (text.trim() === '' ? undefined : Number(text)) },
  lines: {
    print: (lines) => lines.join('\n'),
    parse: (text) =>
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
  },
};
