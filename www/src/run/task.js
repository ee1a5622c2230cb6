// @ts-check
/** What is known of one task of a run. Times are milliseconds since the run began. */

/** @typedef {'completed' | 'failed' | 'skipped' | 'cancelled'} Ended */
/** @typedef {'waiting' | 'running' | 'retrying' | Ended} Status */
/** @typedef {{ from: number, to: number | null }} Time  in milliseconds; open without an end */
/** @typedef {Time & { id: string, name: string, args: string, result: string | null }} ToolCall */
/** @typedef {Time & { kind: 'queued' | 'running' | 'retrying' }} Span */

const over = new Set(['completed', 'failed', 'skipped', 'cancelled']);

export class Task {
  /** @type {Status} */
  status = 'waiting';
  attempts = 0;
  tokens = 0;
  text = '';
  /** What its model thought before it answered, where it shows that. */
  thoughts = '';
  /** @type {{ code: string, message: string } | null} */
  error = null;
  /** What was told of it: tries again, hedges, the budget. @type {import('./record.js').Note[]} */
  notes = [];
  /** Tools that its model called. @type {ToolCall[]} */
  tools = [];
  /** @type {Span[]} */
  spans = [];
  /** @type {number | null} when the last of its dependencies was done */
  readyAt = null;
  /** @type {number | null} */
  endedAt = null;
  /** @type {number | null} once the run is over */
  cost = null;
  /** Whether the person stopped it: what it had said by then is kept. */
  wasStopped = false;
  /** Whether its answer was kept from before. */
  fromStore = false;
  /** Whether it is a call of the run's own, such as the summary, and none of the caller's tasks. */
  isOwn = false;
  /** @type {Task[]} those that need it */
  dependents = [];

  /**
   * @param {string} id
   * @param {number} index
   * @param {string} type
   * @param {string[]} dependencies
   */
  constructor(id, index, type, dependencies) {
    this.id = id;
    this.index = index;
    this.type = type;
    this.dependencies = dependencies;
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

  /**
   * Its model calls a tool, or hears from one.
   * @param {import('./record.js').RunEvent} event
   * @param {number} at
   */
  tool({ type, toolCallId: id, toolCallName: name, delta, content }, at) {
    if (type === 'TOOL_CALL_START') {
      this.tools.push({ id, name, args: '', result: null, from: at, to: null });
      return;
    }
    const call = this.tools.find((each) => each.id === id);
    if (!call) return;
    if (type === 'TOOL_CALL_ARGS') call.args += delta;
    else if (type === 'TOOL_CALL_RESULT') Object.assign(call, { result: content, to: at });
  }

  /**
   * @param {Status} status
   * @param {number} at
   */
  become(status, at) {
    const last = this.spans.at(-1);
    if (last && last.to === null) {
      if (last.kind === status) return;
      last.to = at;
    }
    if (status === 'running' && this.spans.length === 0 && this.readyAt !== null && at > this.readyAt) {
      this.spans.push({ kind: 'queued', from: this.readyAt, to: at });
    }
    if (status === 'running' || status === 'retrying') this.spans.push({ kind: status, from: at, to: null });
    if (over.has(status)) this.endedAt ??= at;
    this.status = status;
  }
}
