// @ts-check

/**
 * A field of rows that each have a name and a text.
 * @param {Pick<import('./index.js').Field, 'name' | 'label' | 'one'> & {
 *   id: string,
 *   text: string,
 *   textLabel: string,
 * }} field  `id` and `text` are what the package calls the two
 * @param {Record<string, string>} rows  at first: texts by name
 * @returns {import('./index.js').Field}
 */
export function namedRows({ name, label, one, id, text, textLabel }, rows) {
  return {
    name,
    kind: 'rows',
    label,
    one,
    columns: [
      { name: id, label: 'Name', kind: 'short' },
      { name: text, label: textLabel, kind: 'long' },
    ],
    value: Object.entries(rows).map(([key, value]) => ({ [id]: key, [text]: value })),
  };
}
