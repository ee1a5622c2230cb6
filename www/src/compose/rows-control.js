// @ts-check
/**
 * A list whose entries have several parts: edited as rows, or as JSON. Long lists are JSON only.
 */

import { element, uniqueId } from '../dom/element.js';

const mostRows = 40;

/**
 * @param {import('../patterns/index.js').Field} field
 * @returns {import('./field.js').Control}
 */
export function rowsControl(field) {
  const titleId = uniqueId(field.name);
  const list = element('ol', { class: 'rows' });
  const json = element('textarea', {
    class: 'json',
    rows: 14,
    spellcheck: 'false',
    'aria-labelledby': titleId,
  });
  const problem = element('p', { class: 'problem', role: 'alert' });
  const add = element('button', { type: 'button', class: 'quiet', onclick: addRow }, `Add a ${field.one}`);
  const flip = element('button', { type: 'button', class: 'quiet', onclick: flipView });
  const root = element(
    'fieldset',
    { class: 'field rows-field' },
    element('legend', { id: titleId }, field.label),
    list,
    json,
    problem,
    element('div', { class: 'rows-foot' }, add, flip),
  );

  function showJson(/** @type {boolean} */ asJson) {
    problem.textContent = '';
    json.hidden = !asJson;
    list.hidden = asJson;
    add.hidden = asJson;
    flip.textContent = asJson ? 'Edit as rows' : 'Edit as JSON';
  }

  function flipView() {
    if (json.hidden) {
      json.value = print(readRows());
      showJson(true);
      return;
    }
    try {
      const value = readJson();
      if (value.length > mostRows) throw new Error(`More than ${mostRows} are edited as JSON.`);
      writeRows(value);
      showJson(false);
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  function addRow() {
    const row = rowOf(field, {}, list.children.length, renumber);
    list.append(row);
    announceChange();
    row.querySelector('input')?.focus();
  }

  function renumber() {
    for (const [index, row] of [...list.children].entries()) labelRow(row, field, index);
    announceChange();
  }

  function announceChange() {
    root.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function writeRows(/** @type {any[]} */ value) {
    list.replaceChildren(...value.map((entry, index) => rowOf(field, entry, index, renumber)));
  }

  const readRows = () => [...list.children].map((row) => readRow(row, field));
  const readJson = () => parse(json.value, field);

  function write(/** @type {any[]} */ value) {
    const asJson = value.length > mostRows;
    if (asJson) json.value = print(value);
    else writeRows(value);
    showJson(asJson);
  }

  write(field.value);
  return { element: root, read: () => (json.hidden ? readRows() : readJson()), write };
}

/**
 * @param {import('../patterns/index.js').Field} field
 * @param {Record<string, any>} entry
 * @param {number} index
 * @param {() => void} onRemove
 */
function rowOf(field, entry, index, onRemove) {
  const inputs = (field.columns ?? []).map(({ name, label, kind }) =>
    kind === 'long'
      ? element('textarea', { name, rows: 2, dir: 'auto', placeholder: label }, entry[name] ?? '')
      : element('input', {
          name,
          dir: 'auto',
          placeholder: label,
          class: kind,
          value: kind === 'ids' ? (entry[name] ?? []).join(', ') : (entry[name] ?? ''),
          autocomplete: 'off',
          spellcheck: 'false',
        }),
  );
  const remove = element('button', { type: 'button', class: 'remove', onclick: () => removeRow() }, '×');
  const row = element('li', { class: 'row' }, ...inputs, remove);
  labelRow(row, field, index);
  function removeRow() {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    onRemove();
    next?.querySelector('input')?.focus();
  }
  return row;
}

/**
 * @param {Element} row
 * @param {import('../patterns/index.js').Field} field
 * @param {number} index
 */
function labelRow(row, { columns = [], one = 'row' }, index) {
  for (const [at, { label, kind }] of columns.entries()) {
    const how = kind === 'ids' ? ' (ids, separated by commas)' : '';
    row.children[at].setAttribute('aria-label', `${label}${how}, ${one} ${index + 1}`);
  }
  row.lastElementChild?.setAttribute('aria-label', `Remove ${one} ${index + 1}`);
}

/**
 * @param {Element} row
 * @param {import('../patterns/index.js').Field} field
 */
function readRow(row, { columns = [] }) {
  /** @type {Record<string, any>} */
  const entry = {};
  for (const [index, { name, kind, optional }] of columns.entries()) {
    const text = /** @type {HTMLInputElement} */ (row.children[index]).value.trim();
    if (text === '' && optional) continue;
    entry[name] =
      kind === 'ids'
        ? text
            .split(',')
            .map((id) => id.trim())
            .filter((id) => id !== '')
        : text;
  }
  return entry;
}

/**
 * A long list has a line for each entry: thousands more would take long to lay out.
 * @param {any[]} value
 */
function print(value) {
  if (value.length <= mostRows) return JSON.stringify(value, null, 2);
  return `[\n${value.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]`;
}

/**
 * @param {string} text
 * @param {import('../patterns/index.js').Field} field
 */
function parse(text, { label }) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${label}: this is no JSON yet. ${error instanceof Error ? error.message : ''}`);
  }
  if (!Array.isArray(value)) throw new Error(`${label}: expected a JSON array.`);
  return value;
}
