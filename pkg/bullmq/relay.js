// @ts-check
/**
 * The events of a run that another process runs, such that they stay a valid stream of AG-UI when
 * that process is lost and another begins anew: what was told is not told again.
 */

/** @typedef {import('../events.js').Event} Event */
/** @typedef {import('../events.js').Emit} Emit */

/** What ends what begins. @type {Record<string, string>} */
const ends = {
  STEP_STARTED: 'STEP_FINISHED',
  SUBAGENT_STARTED: 'SUBAGENT_FINISHED',
  TEXT_MESSAGE_START: 'TEXT_MESSAGE_END',
  REASONING_START: 'REASONING_END',
  REASONING_MESSAGE_START: 'REASONING_MESSAGE_END',
  TOOL_CALL_START: 'TOOL_CALL_END',
};
const begins = Object.fromEntries(Object.entries(ends).map(([begin, end]) => [end, begin]));
begins.SUBAGENT_ERROR = 'SUBAGENT_STARTED';
/** What comes in pieces, by what it stands in. @type {Record<string, string>} */
const pieces = {
  TEXT_MESSAGE_CONTENT: 'TEXT_MESSAGE_START',
  REASONING_MESSAGE_CONTENT: 'REASONING_MESSAGE_START',
  TOOL_CALL_ARGS: 'TOOL_CALL_START',
};
/** Those of the run itself: its end is told with its outcome. */
const ofRun = new Set(['RUN_STARTED', 'RUN_FINISHED', 'RUN_ERROR']);

export class Relay {
  /** All that was sent, for late subscribers. @type {Event[]} */
  #sent = [];
  /** @type {Emit | undefined} */
  #emit;
  #attempt = '';
  /**
   * Whatever began, and how long its pieces are: all of them, and those of this attempt.
   * @type {Map<string, { begin: Event, isOpen: boolean, length: number, seen: number }>}
   */
  #begun = new Map();
  /** Other events that must not come twice. @type {Set<string>} */
  #once = new Set();
  /** The document that sums the run up. @type {Record<string, any>} */
  state;
  /** Names of the tasks at work. @type {Set<string>} */
  running = new Set();

  #ids;

  /**
   * @param {{ threadId: string, runId: string }} ids
   * @param {Record<string, any>} state  before the run begins
   */
  constructor(ids, state) {
    this.#ids = ids;
    this.state = state;
    const timestamp = Date.now();
    this.#tell({ type: 'RUN_STARTED', ...ids, timestamp });
    this.#tell({ type: 'STATE_SNAPSHOT', snapshot: { ...state }, timestamp });
  }

  /** @param {Emit} late @param {Emit} emit */
  listen(late, emit) {
    for (const event of this.#sent) late(event);
    this.#emit = emit;
  }

  /**
   * A row of a job's log.
   * @param {{ attempt: string, events: Event[] }} row
   */
  take({ attempt, events }) {
    if (attempt !== this.#attempt) for (const entry of this.#begun.values()) entry.seen = 0;
    this.#attempt = attempt;
    for (const event of events) this.#pass(event);
  }

  /**
   * The end of the run. Whatever is open is closed: a worker that was lost has left it so.
   * @param {Partial<Event> & { type: string }} last
   */
  end(last) {
    if (last.type === 'RUN_FINISHED') {
      for (const [key, { begin, isOpen }] of [...this.#begun].reverse()) {
        if (isOpen) this.#close(key, begin);
      }
    }
    const timestamp = Date.now();
    const status = statusAt(last);
    const changes = Object.entries({ status, runningTasks: 0 }).filter(
      ([name, value]) => this.state[name] !== value,
    );
    const delta = changes.map(([name, value]) => ({ op: 'replace', path: `/${name}`, value }));
    if (delta.length > 0) this.#tell({ type: 'STATE_DELTA', delta, timestamp });
    const ids = last.type === 'RUN_FINISHED' ? this.#ids : {};
    this.#tell({ ...last, ...ids, timestamp });
  }

  /** @param {string} key @param {Event} begin */
  #close(key, begin) {
    const { stepName, subagentRunId, taskId, messageId, toolCallId } = begin;
    const named = { stepName, subagentRunId, taskId, messageId, toolCallId };
    const fields = Object.entries(named).filter(([, value]) => value !== undefined);
    const outcome = begin.type === 'SUBAGENT_STARTED' ? { outcome: { type: 'success' } } : {};
    this.#tell({
      type: ends[begin.type] ?? '',
      ...Object.fromEntries(fields),
      ...outcome,
      timestamp: Date.now(),
    });
    const entry = this.#begun.get(key);
    if (entry) entry.isOpen = false;
  }

  /** @param {Event} event */
  #pass(event) {
    const { type } = event;
    if (ofRun.has(type)) return;
    if (type in ends) this.#begin(event);
    else if (type in begins) this.#end(event);
    else if (type in pieces) this.#piece(event);
    else if (type !== 'TOOL_CALL_RESULT' || this.#isFirst(event)) this.#tell(event);
    this.#note(event);
  }

  /** @param {Event} event */
  #isFirst({ messageId }) {
    return !this.#once.has(messageId) && Boolean(this.#once.add(messageId));
  }

  /** @param {Event} event */
  #begin(event) {
    const key = keyOf(event.type, event);
    if (this.#begun.has(key)) return;
    this.#begun.set(key, { begin: event, isOpen: true, length: 0, seen: 0 });
    this.#tell(event);
  }

  /** @param {Event} event */
  #end(event) {
    const entry = this.#begun.get(keyOf(begins[event.type] ?? '', event));
    if (!entry?.isOpen) return;
    entry.isOpen = false;
    this.#tell(event);
  }

  /** Of what is written anew, only what is new. @param {Event} event */
  #piece(event) {
    const entry = this.#begun.get(keyOf(pieces[event.type] ?? '', event));
    if (!entry?.isOpen) return;
    const start = Math.max(0, entry.length - entry.seen);
    entry.seen += event.delta.length;
    const delta = event.delta.slice(start);
    if (delta === '') return;
    entry.length += delta.length;
    this.#tell(delta.length === event.delta.length ? event : { ...event, delta });
  }

  /** @param {Event} event */
  #note({ type, snapshot, delta, taskId }) {
    if (type === 'STATE_SNAPSHOT') this.state = { ...snapshot };
    if (type === 'STATE_DELTA') for (const { path, value } of delta) this.state[path.slice(1)] = value;
    if (type === 'SUBAGENT_STARTED') this.running.add(taskId);
    if (type === 'SUBAGENT_FINISHED' || type === 'SUBAGENT_ERROR') this.running.delete(taskId);
  }

  /** @param {Event} event */
  #tell(event) {
    this.#sent.push(event);
    this.#emit?.(event);
  }
}

/** @param {string} begin @param {Event} event */
function keyOf(begin, { stepName, subagentRunId, messageId, toolCallId }) {
  const name = begin === 'STEP_STARTED' ? stepName : (messageId ?? toolCallId ?? subagentRunId);
  return `${begin} ${name}`;
}

/** @param {Partial<Event>} last */
function statusAt({ type, outcome }) {
  if (type === 'RUN_ERROR') return 'failed';
  return outcome.type === 'success' ? 'complete' : 'cancelled';
}
