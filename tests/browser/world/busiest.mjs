// @ts-check
/** How long a page does nothing else. */

import assert from 'node:assert/strict';

/**
 * The longest that the page's thread was busy without a pause, in milliseconds of processor time:
 * by the clock it would depend on what else the machine does.
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} act
 */
export async function busiest(page, act) {
  const browser = /** @type {import('playwright-core').Browser} */ (page.context().browser());
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await act();
  /** @type {{ traceEvents: any[] }} */
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  const threads = traceEvents.filter(({ args }) => args?.name === 'CrRendererMain');
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) =>
      name.endsWith('RunTask') && threads.some((thread) => thread.pid === pid && thread.tid === tid),
  );
  assert.ok(tasks.length > 100, 'the trace has what the page did');
  return Math.round(Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000);
}
