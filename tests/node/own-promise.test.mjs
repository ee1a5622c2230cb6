// @ts-check
/** What the core waits for is a promise of the language's own, and no more of them than needed. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownPromise } from '../../pkg/own-promise.js';

test('a promise that is the language’s own is waited for as it is', async () => {
  const given = Promise.resolve('well');
  assert.equal(ownPromise(given), given);
  assert.equal(await ownPromise('well'), 'well');
});

test('what only acts like one is asked once', async () => {
  let asked = 0;
  const lazy = {
    /** @param {(value: string) => void} resolve */
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested
    then(resolve) {
      asked += 1;
      resolve('well');
      resolve('again');
    },
  };
  assert.equal(await ownPromise(lazy), 'well');
  assert.equal(asked, 1);
});

test('a `then` that somebody put over its own is heard once', async () => {
  const patched = Object.assign(new Promise(() => {}), {
    /** @param {(value: string) => void} resolve */
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested
    then(resolve) {
      resolve('well');
      resolve('again');
    },
  });
  const own = ownPromise(patched);
  assert.notEqual(own, patched);
  assert.equal(await own, 'well');
});

test('what a look at it throws is its outcome', async () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  await assert.rejects(ownPromise(proxy), TypeError);
  const throws = Object.defineProperty(Promise.resolve(), 'constructor', {
    get() {
      throw new Error('hostile');
    },
  });
  await assert.rejects(ownPromise(throws), /hostile/);
});
