// @ts-check
/** Bars as an SVG that can be read on a light page and on a dark one. */

const rowHeight = 26;
const labelWidth = 190;
const barWidth = 420;
const width = labelWidth + barWidth + 70;

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .bar { fill: #8c959f; }
  .ours { fill: #0969da; }
  .title { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .bar { fill: #6e7681; }
    .ours { fill: #4493f8; }
  }`;

/** @param {{ title: string, value: number, ours: boolean }[]} bars */
export function chart(bars) {
  const sorted = bars.toSorted((a, b) => a.value - b.value);
  const most = Math.max(...sorted.map(({ value }) => value));
  const title = 'Processor time of a call, as a multiple of bare fetch (less is better)';
  const rows = sorted.map(({ title, value, ours }, index) => {
    const top = 40 + index * rowHeight;
    const length = Math.max(2, (value / most) * barWidth);
    return [
      `<text x="${labelWidth - 8}" y="${top + 14}" text-anchor="end">${escaped(title)}</text>`,
      `<rect class="${ours ? 'ours' : 'bar'}" x="${labelWidth}" y="${top}" width="${length.toFixed(1)}" height="18" rx="2"/>`,
      `<text x="${labelWidth + length + 6}" y="${top + 14}">${value.toFixed(2)}</text>`,
    ].join('\n  ');
  });
  const height = 48 + sorted.length * rowHeight;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
  <style>${style}
  </style>
  <text class="title" x="8" y="22">${title}</text>
  ${rows.join('\n  ')}
</svg>
`;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
