// @ts-check
/** A result as a table of text. */

/** @param {import('./workload.mjs').Result} result */
export function table({ title, columns, rows, rounds }) {
  const head = Object.entries(columns);
  const cells = rows.map(({ title, medians, ratios }) => [
    title,
    ...head.map(([name]) => figure(medians[name]) + multiple(ratios?.[name])),
  ]);
  const lines = [['', ...head.map(([, heading]) => heading)], ...cells];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines.map(([first, ...rest]) =>
    [first.padEnd(widths[0]), ...rest.map((cell, column) => cell.padStart(widths[column + 1]))].join('   '),
  );
  const counted = rounds === 1 ? 'one round' : `medians of ${rounds} rounds`;
  return [`${title} (${counted}; in brackets: as a multiple of the first row)`, ...text].join('\n');
}

/**
 * Nothing of what is nothing in the first row has a multiple.
 * @param {number} [ratio]
 */
function multiple(ratio) {
  return Number.isFinite(ratio) ? ` (${ratio?.toFixed(2)})` : '';
}

/** @param {number} value */
export function figure(value) {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value < 10 ? 2 : 1);
}
