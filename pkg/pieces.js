// @ts-check
/**
 * The pieces of a text come out of the core as texts, each with the row of its task. What else they
 * say was said when their message began: for each piece anew it would cost more than all the rest.
 */

/** @typedef {import('./event-buffer.js').Event} Event */
/** @typedef {import('./events.js').Emit} Emit */

/** Makes whole events of what the core tells of one run, whoever listens. */
export function pieces() {
  /** How each message that is open began, by its task's row. @type {Map<number, Event>} */
  const open = new Map();

  /** @param {Emit} emit */
  return (emit) => (/** @type {string | Event} */ told, /** @type {number} */ row) => {
    if (typeof told === 'string') {
      const { messageId, subagentRunId, taskId } = /** @type {Event} */ (open.get(row));
      const timestamp = Date.now();
      emit({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta: told, subagentRunId, taskId, timestamp });
      return;
    }
    if (told.type === 'TEXT_MESSAGE_START') open.set(row, told);
    if (told.type === 'TEXT_MESSAGE_END') open.delete(row);
    emit(told);
  };
}
