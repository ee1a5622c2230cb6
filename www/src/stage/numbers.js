// @ts-check
/** The sums of a run, as it goes. */

import { effect } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { count, duration, price, tokensIn } from '../format.js';
import { oneByOneMs } from '../run/otherwise.js';

const names = {
  faster: 'than one by one',
  tasks: 'Tasks done',
  elapsed: 'Elapsed',
  sequential: 'One by one',
  tokens: 'Tokens',
  cost: 'Cost',
  retries: 'Survived',
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
  constructor(session) {
    effect(() => this.#draw(session));
  }

  /** @param {import('../run/session.js').Session} session */
  #draw({ record, order, result, error }) {
    const metadata = result?.metadata ?? error?.metadata ?? record.result?.metadata;
    const { tasks } = record;
    const total = metadata?.totalTasks ?? tasks.length;
    const sequential = oneByOneMs(record);
    const elapsed = metadata?.processingTimeMs ?? record.elapsed;
    this.#show(
      'tasks',
      total ? `${count(metadata?.completedTasks ?? completed(tasks))} / ${count(total)}` : '–',
      metadata?.fromStoreTasks ? `${count(metadata.fromStoreTasks)} kept before` : '',
    );
    this.#show('elapsed', total ? duration(elapsed) : '–');
    this.#show('sequential', total ? duration(sequential) : '–');
    this.#show('faster', factor(sequential, elapsed));
    this.#show('tokens', total ? tokens(metadata?.totalTokens, record) : '–');
    const cost = metadata?.totalCost ?? record.sums.totalCost;
    const note = order?.options.prices ? (order.pricedAs ? `as ${order.pricedAs}` : '') : 'no prices given';
    this.#show('cost', total ? price(cost) : '–', total ? note : '');
    this.#show('retries', total ? count(metadata?.retries ?? record.retries) : '–', total ? 'retries' : '');
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

/**
 * Servers count at the end of an answer: what is under way is estimated by its letters until then.
 * @param {number | undefined} total  once it is known
 * @param {import('../run/record.js').RunRecord} record
 */
function tokens(total, { tasks, sums }) {
  if (total !== undefined) return count(total);
  const coming = tasks.reduce((sum, { isOver, text }) => sum + (isOver ? 0 : tokensIn(text)), 0);
  return `${coming > 0 ? '≈ ' : ''}${count((sums.totalTokens ?? 0) + coming)}`;
}

/**
 * @param {number} sequential
 * @param {number} elapsed
 */
function factor(sequential, elapsed) {
  const times = sequential / elapsed;
  return times > 1.05 && Number.isFinite(times) ? `${times.toFixed(times < 10 ? 1 : 0)}× faster` : '';
}
