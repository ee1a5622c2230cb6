// @ts-check
/**
 * The events that one listener has yet to take. A slow one neither holds up the run nor fills the
 * memory: when it falls behind, text that it has not taken grows in place, and so do patches, so
 * that what waits is bounded by the number of tasks. Of a batch without end, that is not enough: of
 * tasks that are over, and of which it has taken nothing yet, only the last are kept.
 */

/** So many events wait as they were made. */
const exactUpTo = 256;

/** So many tasks wait that are over. */
const mostOver = 10_000;

/** @typedef {{ type: string, [field: string]: any }} Event */
/**
 * An entry without an event was given up.
 * @typedef {{ event?: Event, isCopy?: boolean, replaced?: Map<string, any> }} Entry
 */
/** @typedef {Entry & { event: Event }} Growing */

export class EventBuffer {
  /** @type {Entry[]} */
  #entries = [];
  #taken = 0;
  #givenUp = 0;
  /** What may still grow, by what it is about. @type {Map<string | undefined, Growing>} */
  #coalescing = new Map();
  /**
   * All entries of each task of which nothing was taken yet.
   * @type {Map<unknown, Entry[]>}
   */
  #untaken = new Map();
  /** Those of them that are over, the oldest first. @type {Set<unknown>} */
  #over = new Set();

  /** @param {Event} event */
  put(event) {
    const isBehind = this.#entries.length - this.#taken >= exactUpTo;
    // Mostly a listener keeps up, and nothing has to grow.
    const subject = isBehind || this.#coalescing.size > 0 ? subjectOf(event) : undefined;
    const entry = isBehind && subject && this.#coalescing.get(subject);
    if (entry) return grow(entry, event);
    const added = { event };
    this.#entries.push(added);
    if (subject) this.#coalescing.set(subject, added);
    this.#note(event, added);
  }

  /** The oldest event, or undefined when there is none. */
  take() {
    for (;;) {
      const entry = this.#entries[this.#taken];
      if (!entry) return undefined;
      this.#taken += 1;
      if (!entry.event) this.#givenUp -= 1;
      if (this.#taken * 2 > this.#entries.length) this.#sweep();
      if (entry.event) {
        this.#forget(entry.event);
        return entry.event;
      }
    }
  }

  /** What was taken neither grows nor is given up. @param {Event} event */
  #forget(event) {
    if (this.#coalescing.size > 0) this.#coalescing.delete(subjectOf(event));
    if (this.#untaken.size === 0) return;
    this.#untaken.delete(taskOf(event));
    this.#over.delete(taskOf(event));
  }

  /**
   * Keeps account of what may be given up.
   * @param {Event} event
   * @param {Entry} entry
   */
  #note(event, entry) {
    const task = taskOf(event);
    if (!task) return;
    if (begins.has(event.type)) this.#untaken.set(task, []);
    const untaken = this.#untaken.get(task);
    untaken?.push(entry);
    if (!untaken || !ends.has(event.type)) return;
    this.#over.add(task);
    if (this.#over.size > mostOver) this.#giveUp();
  }

  /** The oldest task that is over. State and table count it all the same. */
  #giveUp() {
    const [task] = this.#over;
    for (const entry of this.#untaken.get(task) ?? []) {
      if (entry.event) this.#forget(entry.event);
      entry.event = undefined;
      this.#givenUp += 1;
    }
    if (this.#givenUp * 2 > this.#entries.length) this.#sweep();
  }

  /** Lets go of what was taken or given up, once it is half of all. */
  #sweep() {
    // Mostly a listener keeps up, and nothing is left.
    const isEmpty = this.#taken === this.#entries.length;
    this.#entries = isEmpty ? [] : this.#entries.slice(this.#taken).filter(({ event }) => event);
    this.#taken = 0;
    this.#givenUp = 0;
  }
}

/** What AG-UI has no event for stands for itself. */
const begins = new Set(['SUBAGENT_STARTED', 'CUSTOM']);
const ends = new Set(['SUBAGENT_FINISHED', 'SUBAGENT_ERROR', 'CUSTOM']);

/** What an event is of: a task, or itself. @param {Event} event */
function taskOf(event) {
  return event.type === 'CUSTOM' ? event : event.subagentRunId;
}

/**
 * Text belongs to its message, and patches to their document; everything else stands for itself.
 * @param {Event} event
 */
function subjectOf({ type, messageId }) {
  if (type === 'TEXT_MESSAGE_CONTENT' || type === 'REASONING_MESSAGE_CONTENT') return messageId;
  return type === 'ACTIVITY_DELTA' || type === 'STATE_DELTA' ? type : undefined;
}

/**
 * The event itself belongs to other listeners, too: what grows is a copy.
 * @param {Growing} entry
 * @param {Event} event
 */
function grow(entry, event) {
  const field = event.type === 'ACTIVITY_DELTA' ? 'patch' : 'delta';
  if (typeof event.delta === 'string') {
    if (!entry.isCopy) entry.event = { ...entry.event };
    entry.isCopy = true;
    entry.event.delta += event.delta;
    return;
  }
  if (!entry.replaced) {
    const { [field]: first, ...rest } = entry.event;
    entry.event = { ...rest, [field]: [] };
    entry.replaced = new Map();
    append(entry.event[field], first, entry.replaced);
  }
  append(entry.event[field], event[field], entry.replaced);
}

/**
 * Adds to a patch; of several replacements of a field the last counts.
 * @param {any[]} patch
 * @param {{ op: string, path: string, value: any }[]} changes
 * @param {Map<string, any>} replaced
 */
function append(patch, changes, replaced) {
  for (const { ...change } of changes) {
    const before = replaced.get(change.path);
    if (before) before.value = change.value;
    else patch.push(change);
    if (!before && change.op === 'replace') replaced.set(change.path, change);
  }
}
