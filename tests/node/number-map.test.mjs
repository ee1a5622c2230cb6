// @ts-check
/** `NumberMap` holds what a `Map` would hold, in less memory. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { hashOf, NumberMap } from '../../pkg/number-map.js';

test('it holds what a Map holds, at every size, and at the ends of its range', () => {
  const numbers = new NumberMap();
  const witness = new Map();
  const ends = [0, 1, 2 ** 48 - 1, 2 ** 48 - 2];
  for (const hash of [...ends, ...Array.from({ length: 20_000 }, (_, index) => hashOf(String(index)))]) {
    for (const value of [witness.size, -witness.size]) {
      assert.equal(numbers.get(hash), witness.get(hash));
      numbers.set(hash, value);
      witness.set(hash, value);
    }
  }
  assert.equal(numbers.size, witness.size);
  for (const [hash, value] of witness) assert.equal(numbers.get(hash), value);
  assert.equal(numbers.get(hashOf('another')), undefined);
  numbers.clear();
  assert.deepEqual([numbers.size, numbers.get(0)], [0, undefined]);
});

test('hashes that stand side by side are told apart, over the end of the table too', () => {
  const numbers = new NumberMap();
  const crowd = Array.from({ length: 3000 }, (_, index) => 2 ** 48 - 1 - index);
  for (const [index, hash] of crowd.entries()) numbers.set(hash, index);
  assert.deepEqual(
    crowd.map((hash) => numbers.get(hash)),
    crowd.map((_, index) => index),
  );
});

test('an entry takes less than 36 bytes', () => {
  const program = `
    import { NumberMap } from ${JSON.stringify(new URL('../../pkg/number-map.js', import.meta.url).href)};
    const held = () => (gc(), process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
    const before = held();
    const numbers = new NumberMap();
    for (let i = 0; i < 1_000_000; i += 1) numbers.set(Math.floor(Math.random() * 2 ** 48), i);
    // The tables that it outgrew are freed in the background.
    const bytes = () => (held() - before) / numbers.size;
    for (let tries = 0; bytes() > 36 && tries < 50; tries += 1) await new Promise((next) => setTimeout(next, 20));
    console.log(bytes());`;
  const args = ['--expose-gc', '--input-type=module', '-e', program];
  const bytes = Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  // One of a `Map` takes 45 to 55.
  assert.ok(bytes < 36, `${bytes} bytes`);
});
