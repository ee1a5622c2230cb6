// @ts-check
/** The sums of a run, as it goes. */

import { element } from '../dom/element.js';
import { cost, count, duration } from '../format.js';

const names = {
  faster: 'Than one by one',
  tasks: 'Tasks done',
  elapsed: 'Elapsed',
  sequential: 'One by one',
  tokens: 'Tokens',
  cost: 'Cost',
  retries: 'Retries',
};

export class Numbers {
  #values = Object.fromEntries(
    Object.keys(names).map((key) => [key, element('dd', { 'data-number': key }, '–')]),
  );
  element = element(
    'dl',
    { class: 'numbers' },
    ...Object.entries(names).map(([key, name]) =>
      element('div', {}, element('dt', {}, name), this.#values[key]),
    ),
  );

  /** @param {import('../run/session.js').Session} session */
  draw({ record, result, error }) {
    const metadata = result?.metadata ?? error?.metadata ?? record.result?.metadata;
    const { tasks } = record;
    const total = metadata?.totalTasks ?? tasks.length;
    const sequential = metadata?.sequentialTimeMs ?? workOf(record);
    const elapsed = metadata?.processingTimeMs ?? record.elapsed;
    this.#show(
      'tasks',
      total ? `${count(metadata?.completedTasks ?? completed(tasks))} / ${count(total)}` : '–',
    );
    this.#show('elapsed', total ? duration(elapsed) : '–');
    this.#show('sequential', total ? duration(sequential) : '–');
    this.#show('faster', factor(sequential, elapsed));
    this.#show('tokens', total ? count(metadata?.totalTokens ?? tokensOf(tasks)) : '–');
    this.#show(
      'cost',
      cost(metadata?.totalCost),
      metadata && metadata.totalCost === null ? 'no prices given' : '',
    );
    this.#show('retries', total ? count(metadata?.retries ?? record.retries) : '–');
  }

  /**
   * @param {string} key
   * @param {string} value
   * @param {string} [note]
   */
  #show(key, value, note = '') {
    const node = this.#values[key];
    if (node.dataset.shown === value + note) return;
    node.dataset.shown = value + note;
    node.replaceChildren(value, ...(note ? [element('small', {}, note)] : []));
  }
}

/** @param {import('../run/task.js').Task[]} tasks */
function completed(tasks) {
  return tasks.filter(({ status }) => status === 'completed').length;
}

/** @param {import('../run/task.js').Task[]} tasks */
function tokensOf(tasks) {
  return tasks.reduce((sum, { tokens }) => sum + tokens, 0);
}

/**
 * What one by one would have taken so far: all that was under way, but for calls whose answers nobody needed in the end.
 * @param {import('../run/record.js').RunRecord} record
 */
function workOf({ tasks, elapsed }) {
  let work = 0;
  for (const { spans, status } of tasks) {
    if (status === 'cancelled') continue;
    for (const { kind, from, to } of spans) if (kind === 'running') work += (to ?? elapsed) - from;
  }
  return work;
}

/**
 * @param {number} sequential
 * @param {number} elapsed
 */
function factor(sequential, elapsed) {
  const times = sequential / elapsed;
  return times > 1.05 && Number.isFinite(times) ? `${times.toFixed(times < 10 ? 1 : 0)}× faster` : '–';
}
