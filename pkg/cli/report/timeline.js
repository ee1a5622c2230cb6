// @ts-check
/** When each task was tried: a bar for each try, on one clock. */

import { elapsed } from '../words.js';
import { html } from './markup.js';

/** More are no picture. */
const mostRows = 500;
const ticks = 4;

/** @param {import('./record.js').ReportRecord} record */
export function timeline({ tasks, endedAt, pauses }) {
  const span = Math.max(1, endedAt);
  const tried = tasks.filter(({ attempts }) => attempts.length > 0);
  const shown = tried.slice(0, mostRows);
  const position = (/** @type {number} */ from, /** @type {number} */ to) =>
    `left:${share(from, span)};width:${share(Math.min(to, span) - from, span)}`;
  return html`<section><h2>Timeline</h2>
<p class="legend"><i class="answered"></i>answered <i class="failed"></i>failed <i class="cut-off"></i>cut off${
    pauses.length > 0 && html` <i class="pause"></i>a server asked for a pause`
  }</p>
<div class="timeline">
<div class="axis"><b></b><span>${Array.from({ length: ticks + 1 }, (_, index) => html`<em>${elapsed((span * index) / ticks)}</em>`)}</span></div>
${shown.map(
  (task) => html`<div class="row"><b title="${task.name}">${task.name}</b><span>${pauses.map(
    ({ from, to }) => html`<i class="pause" style="${position(from, to)}"></i>`,
  )}${task.attempts.map(
    ({ from, to, outcome, why }) =>
      html`<i class="${outcome.replace(' ', '-')}" style="${position(from, to)}" title="${elapsed(to - from)}, ${outcome}${why && `: ${why}`}"></i>`,
  )}</span></div>
`,
)}</div>${tried.length > mostRows && html`<p class="hint">The first ${mostRows} of ${tried.length} tasks.</p>`}</section>`;
}

/**
 * @param {number} ms
 * @param {number} span
 */
function share(ms, span) {
  return `${((100 * Math.max(0, ms)) / span).toFixed(3)}%`;
}
