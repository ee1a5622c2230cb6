// @ts-check
/**
 * The events that one listener has yet to take. A slow one neither holds up the run nor fills the memory: when it falls
 * behind, text that it has not taken grows in place, and so do patches, so that what waits is bounded by the number of
 * tasks.
 */

/** So many events wait as they were made. */
const asMade = 256;

/** @typedef {{ type: string, [field: string]: any }} Event */
/** @typedef {{ event: Event, replaced?: Map<string, any> }} Entry */

export class Backlog {
  /** @type {Entry[]} */
  #entries = [];
  #taken = 0;
  /** What may still grow, by what it is about. @type {Map<string, Entry>} */
  #growing = new Map();

  /** @param {Event} event */
  put(event) {
    const subject = subjectOf(event);
    const isBehind = this.#entries.length - this.#taken >= asMade;
    const entry = isBehind && subject && this.#growing.get(subject);
    if (entry) return grow(entry, event);
    const added = { event };
    this.#entries.push(added);
    if (subject) this.#growing.set(subject, added);
  }

  /** The oldest event, or undefined when there is none. */
  take() {
    const entry = this.#entries[this.#taken];
    if (!entry) return undefined;
    this.#taken += 1;
    if (this.#taken === this.#entries.length) {
      this.#entries = [];
      this.#taken = 0;
      this.#growing.clear();
    } else {
      const subject = subjectOf(entry.event);
      if (subject) this.#growing.delete(subject);
    }
    return entry.event;
  }
}

/**
 * Text belongs to its message, and patches to their document; everything else stands for itself.
 * @param {Event} event
 */
function subjectOf({ type, messageId }) {
  if (type === 'TEXT_MESSAGE_CONTENT') return messageId;
  return type === 'ACTIVITY_DELTA' || type === 'STATE_DELTA' ? type : undefined;
}

/**
 * The event itself belongs to other listeners, too.
 * @param {Entry} entry
 * @param {Event} event
 */
function grow(entry, event) {
  const field = event.type === 'ACTIVITY_DELTA' ? 'patch' : 'delta';
  if (typeof event.delta === 'string') {
    entry.event = { ...entry.event, delta: entry.event.delta + event.delta };
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
