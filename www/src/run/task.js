// @ts-check
/**
 * What is known of one task of a run. Times are milliseconds since the run began. An effect that
 * reads any of it runs again when that changes.
 */

import { signal } from '@preact/signals-core';

/** @typedef {'completed' | 'failed' | 'skipped' | 'cancelled'} Ended */
/** @typedef {'waiting' | 'running' | 'retrying' | Ended} Status */
/** @typedef {{ from: number, to: number | null }} Time  in milliseconds; open without an end */
/** @typedef {Time & { id: string, name: string, args: string, result: string | null }} ToolCall */
/** @typedef {Time & { kind: 'queued' | 'running' | 'retrying' }} Span */
/**
 * @typedef {object} Known
 * @property {Status} status
 * @property {number} attempts
 * @property {number} tokens
 * @property {{ code: string, message: string } | null} error
 * @property {import('./record.js').Note[]} notes  what was told of it: tries again, hedges, the
 *   budget
 * @property {ToolCall[]} tools  that its model called
 * @property {Span[]} spans
 * @property {number | null} readyAt  when the last of its dependencies was done
 * @property {number | null} endedAt
 * @property {number | null} cost  once the run is over
 * @property {boolean} wasStopped  whether the person stopped it: what it had said by then is kept
 * @property {boolean} fromStore  whether its answer was kept from before
 */

const over = new Set(['completed', 'failed', 'skipped', 'cancelled']);

/** @type {Known} */
const nothing = {
  status: 'waiting',
  attempts: 0,
  tokens: 0,
  error: null,
  notes: [],
  tools: [],
  spans: [],
  readyAt: null,
  endedAt: null,
  cost: null,
  wasStopped: false,
  fromStore: false,
};

export class Task {
  #known = signal(nothing);
  /** It changes more often than all else, and few look at it. */
  #text = signal('');
  #thoughts = signal('');
  /** @type {Task[]} those that need it */
  dependents = [];

  /**
   * @param {string} id
   * @param {number} index
   * @param {string} type
   * @param {string[]} dependencies
   * @param {boolean} isOwn  whether it is a call of the run's own, such as the summary, and none of
   *   the caller's tasks
   */
  constructor(id, index, type, dependencies, isOwn) {
    this.id = id;
    this.index = index;
    this.type = type;
    this.dependencies = dependencies;
    this.isOwn = isOwn;
  }

  get status() {
    return this.#known.value.status;
  }

  get attempts() {
    return this.#known.value.attempts;
  }

  get tokens() {
    return this.#known.value.tokens;
  }

  get error() {
    return this.#known.value.error;
  }

  get notes() {
    return this.#known.value.notes;
  }

  get tools() {
    return this.#known.value.tools;
  }

  get spans() {
    return this.#known.value.spans;
  }

  get readyAt() {
    return this.#known.value.readyAt;
  }

  get endedAt() {
    return this.#known.value.endedAt;
  }

  get cost() {
    return this.#known.value.cost;
  }

  get wasStopped() {
    return this.#known.value.wasStopped;
  }

  get fromStore() {
    return this.#known.value.fromStore;
  }

  get text() {
    return this.#text.value;
  }

  set text(text) {
    this.#text.value = text;
  }

  /** What its model thought before it answered, where it shows that. */
  get thoughts() {
    return this.#thoughts.value;
  }

  set thoughts(thoughts) {
    this.#thoughts.value = thoughts;
  }

  /** When its last failed try was over, and the wait after it. */
  get triedAgainAt() {
    const retry = this.notes.findLast(({ name }) => name === 'retry');
    return retry && retry.at + retry.value.waitMs;
  }

  get isOver() {
    return over.has(this.status);
  }

  /** @type {number | null} */
  get startedAt() {
    return this.spans.find(({ kind }) => kind === 'running')?.from ?? null;
  }

  /** What a person calls its state: a task that could start, but has no slot yet, is queued. */
  get state() {
    if (this.status === 'waiting' && this.readyAt !== null) return 'queued';
    return this.status;
  }

  /** @param {Partial<Known>} part */
  change(part) {
    this.#known.value = { ...this.#known.value, ...part };
  }

  /**
   * Its model calls a tool, or hears from one.
   * @param {import('./events.js').RunEvent} event
   * @param {number} at
   */
  tool({ type, toolCallId: id, toolCallName: name, delta, content }, at) {
    if (type === 'TOOL_CALL_START') {
      this.change({ tools: [...this.tools, { id, name, args: '', result: null, from: at, to: null }] });
      return;
    }
    const tools = this.tools.map((call) => {
      if (call.id !== id) return call;
      if (type === 'TOOL_CALL_ARGS') return { ...call, args: call.args + delta };
      return type === 'TOOL_CALL_RESULT' ? { ...call, result: content, to: at } : call;
    });
    this.change({ tools });
  }

  /**
   * @param {Status} status
   * @param {number} at
   */
  become(status, at) {
    const spans = [...this.spans];
    const last = spans.at(-1);
    if (last && last.to === null) {
      if (last.kind === status) return;
      spans[spans.length - 1] = { ...last, to: at };
    }
    const { readyAt } = this;
    if (status === 'running' && spans.length === 0 && readyAt !== null && at > readyAt) {
      spans.push({ kind: 'queued', from: readyAt, to: at });
    }
    if (status === 'running' || status === 'retrying') spans.push({ kind: status, from: at, to: null });
    this.change({ status, spans, endedAt: over.has(status) ? (this.endedAt ?? at) : this.endedAt });
  }
}
