// @ts-check
/** What stands in for `AbortController` before our own `fetch` does as the web's does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlainController } from '../../pkg/plain-controller.js';

const kinds = { 'the web’s': AbortController, ours: PlainController };

for (const [name, Controller] of Object.entries(kinds)) {
  test(`a signal of ${name} tells a listener once, and why`, () => {
    const controller = new Controller();
    const { signal } = controller;
    let told = 0;
    signal.addEventListener('abort', () => {
      told += 1;
    });
    assert.deepEqual([signal.aborted, signal.reason], [false, undefined]);
    controller.abort();
    controller.abort();
    assert.deepEqual([told, signal.aborted], [1, true]);
    const { name, message, code } = /** @type {DOMException} */ (signal.reason);
    assert.deepEqual([name, message, code], ['AbortError', 'This operation was aborted', 20]);
  });

  test(`a signal of ${name} tells nobody who has left`, () => {
    const controller = new Controller();
    const listener = () => assert.fail('it was told');
    controller.signal.addEventListener('abort', listener);
    controller.signal.removeEventListener('abort', listener);
    controller.abort();
  });
}
