// @ts-check
/** The sums of a run, what went wrong, and each task with its tries, tokens, cost and answer. */

import { count, elapsed, money } from '../words.js';
import { html } from './markup.js';

const mostRows = 2000;
/** A longer answer is in the trace. */
const mostLetters = 20_000;

/** @param {import('./record.js').ReportRecord} record */
export function sums({ tasks, metadata, endedAt }) {
  const { totalCost, promptTokens, completionTokens, totalTokens } = metadata;
  const of = (/** @type {string} */ status) => tasks.filter((task) => task.status === status).length;
  const done = metadata.completedTasks ?? of('completed');
  const sequential = metadata.sequentialTimeMs;
  const took = metadata.processingTimeMs ?? endedAt;
  const read =
    promptTokens === undefined ? '' : ` (${count(promptTokens)} read, ${count(completionTokens)} written)`;
  /** @type {[string, string][]} */
  const figures = [
    ['Tasks done', `${count(done)} of ${count(metadata.totalTasks ?? tasks.length)}`],
    ['Failed', count(metadata.failedTasks ?? of('failed'))],
    ['Took', elapsed(took)],
    [
      'One by one',
      sequential ? `${elapsed(sequential)} (${(sequential / Math.max(1, took)).toFixed(1)}×)` : '–',
    ],
    ['At most at once', metadata.maxConcurrency ? count(metadata.maxConcurrency) : '–'],
    ['Attempts', `${count(metadata.attempts ?? 0)} (${count(metadata.retries ?? 0)} retries)`],
    ['Tokens', `${count(totalTokens ?? 0)}${read}`],
    ['Cost', typeof totalCost === 'number' ? money(totalCost) : 'no price given'],
  ];
  return html`<dl class="sums">${figures.map(([name, figure]) => html`<div><dt>${name}</dt><dd>${figure}</dd></div>`)}</dl>`;
}

/** @param {import('./record.js').ReportRecord} record */
export function errors({ tasks, error }) {
  /** @type {Map<string, { times: number, message: string, names: string[] }>} */
  const kinds = new Map();
  for (const { name, error: own, attempts } of tasks) {
    const whys = attempts.flatMap(({ outcome, why }) => (outcome === 'failed' && why ? [why] : []));
    for (const why of own && whys.length === 0 ? [own.code] : whys) {
      const kind = kinds.get(why) ?? { times: 0, message: '', names: [] };
      kind.times += 1;
      if (own?.message && why.startsWith(own.code)) kind.message ||= own.message;
      if (!kind.names.includes(name) && kind.names.length < 5) kind.names.push(name);
      kinds.set(why, kind);
    }
  }
  if (kinds.size === 0 && !error) return undefined;
  const rows = [...kinds].sort(([, a], [, b]) => b.times - a.times);
  return html`<section><h2>Errors</h2>${error && html`<p class="problem">${error.message}</p>`}${
    rows.length > 0 &&
    html`<div class="wide"><table><tr><th>What</th><th>Times</th><th>Tasks</th><th>In words</th></tr>
${rows.map(
  ([
    why,
    { times, message, names },
  ]) => html`<tr><td>${why}</td><td>${count(times)}</td><td>${names.join(', ')}</td><td>${message}</td></tr>
`,
)}</table></div>`
  }</section>`;
}

/** @param {import('./record.js').ReportRecord} record */
export function tasks({ tasks: all }) {
  const shown = all.slice(0, mostRows);
  const figure = (/** @type {unknown} */ value) => (typeof value === 'number' ? count(value) : '–');
  return html`<section><h2>Tasks</h2><div class="wide"><table>
<tr><th>Task</th><th>State</th><th>Attempts</th><th>Began</th><th>Took</th><th>Read</th><th>Written</th><th>Cost</th><th>Answer</th></tr>
${shown.map(({ name, status, attempts, metadata, text, error }) => {
  const first = attempts[0];
  const last = attempts.at(-1);
  return html`<tr class="${status}"><th scope="row">${name}</th><td>${metadata.fromStore ? 'from before' : status}</td><td>${tries(attempts, metadata)}</td><td>${
    first && elapsed(first.from)
  }</td><td>${first && last && elapsed(last.to - first.from)}</td><td>${figure(metadata.promptTokens)}</td><td>${figure(
    metadata.completionTokens,
  )}</td><td>${typeof metadata.cost === 'number' ? money(metadata.cost) : '–'}</td><td>${
    error && html`<p class="problem">${error.code}: ${error.message}</p>`
  }${text && answer(text)}</td></tr>
`;
})}</table></div>${all.length > mostRows && html`<p class="hint">The first ${count(mostRows)} of ${count(all.length)} tasks.</p>`}</section>`;
}

/**
 * @param {import('./record.js').Attempt[]} attempts
 * @param {Record<string, any>} metadata
 */
function tries(attempts, metadata) {
  const failed = attempts.flatMap(({ outcome, why }) => (outcome === 'failed' && why ? [why] : []));
  return `${metadata.attempts ?? attempts.length}${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`;
}

/** @param {string} text */
function answer(text) {
  const beginning = text.slice(0, 100);
  if (text.length <= 100 && !text.includes('\n')) return text;
  return html`<details><summary>${beginning.replace(/\s+/g, ' ')}…</summary><pre>${text.slice(0, mostLetters)}${
    text.length > mostLetters && '…'
  }</pre></details>`;
}
