// @ts-check
/** A run as a file, which opens here again, and which the command line's `report` reads. */

/** @typedef {import('./events.js').RunEvent} RunEvent */
/** @typedef {{ pattern?: string, args?: unknown[], result?: any, events: RunEvent[] }} Exported */

/**
 * @param {{
 *   order: import('./order.js').Call | null,
 *   result: any,
 *   error: any,
 *   events: RunEvent[],
 * }} run
 * @returns {Exported}
 */
export function exported({ order, result, error, events }) {
  const outcome = result ?? {
    error: error?.message,
    code: error?.code,
    results: error?.results,
    metadata: error?.metadata,
  };
  return { pattern: order?.pattern, args: order?.args, result: outcome, events };
}

/**
 * Gives the person a file.
 * @param {string} name
 * @param {unknown} content
 */
export function downloadJson(name, content) {
  const address = URL.createObjectURL(
    new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/**
 * @param {Blob} file
 * @returns {Promise<Exported>}
 */
export async function readExport(file) {
  const text = await file.text();
  /** @type {any} */
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('This file is no JSON. What opens here is what “Export JSON” gives.');
  }
  if (
    !Array.isArray(value?.events) ||
    !value.events.every((/** @type {any} */ event) => typeof event?.type === 'string')
  ) {
    throw new Error('This file has no events of a run. What opens here is what “Export JSON” gives.');
  }
  return value;
}
