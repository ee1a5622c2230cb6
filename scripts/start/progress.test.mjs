// @ts-check
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { watchProgress } from './progress.mjs';

/** @param {object} [terminal]  what makes it one */
function screen(terminal) {
  const out = Object.assign(new PassThrough({ encoding: 'utf8' }), terminal);
  return /** @type {NodeJS.WriteStream & PassThrough} */ (/** @type {unknown} */ (out));
}

/** @param {Record<string, string>} statuses  by the tasks' ids */
function table(statuses) {
  const rows = Object.entries(statuses).map(([id, status]) => ({ id, status, attempts: 1, tokens: 0 }));
  return { type: 'ACTIVITY_SNAPSHOT', messageId: 'run', content: { results: rows } };
}

/** @param {string} text */
function lines(text) {
  return stripVTControlCharacters(text).trimEnd().split('\n');
}

test('where there is no terminal each change is a line, and nothing but text', () => {
  const out = screen();
  const progress = watchProgress(out);
  progress.onEvent(table({ a: 'waiting', b: 'waiting' }));
  progress.onEvent(table({ a: 'running', b: 'waiting' }));
  progress.onEvent(table({ a: 'running', b: 'waiting' }));
  progress.onEvent(table({ a: 'completed', b: 'failed' }));
  progress.end();
  const text = String(out.read());
  assert.equal(text, stripVTControlCharacters(text));
  assert.deepEqual(
    lines(text).map((line) => line.split(/ +/).slice(0, 3)),
    [
      ['▸', 'a', 'running'],
      ['✓', 'a', 'completed'],
      ['✗', 'b', 'failed'],
    ],
  );
});

test('a terminal has a table with a bar, and what is printed next comes below it', () => {
  const out = screen({ isTTY: true, columns: 80, rows: 24 });
  const progress = watchProgress(out);
  progress.onEvent(table({ a: 'completed', b: 'running' }));
  progress.end();
  const text = String(out.read());
  assert.match(stripVTControlCharacters(text), /\n$/);
  assert.deepEqual(
    lines(text).map((line) => line.split(/ +/).slice(0, 3).join(' ')),
    ['✓ a completed', '▸ b running', '', `${'█'.repeat(20)}${'░'.repeat(20)} 1 of`],
  );
});

test('with more tasks than lines, those under way and those that failed are seen', () => {
  const out = screen({ isTTY: true, columns: 80, rows: 6 });
  const progress = watchProgress(out);
  progress.onEvent(table({ a: 'completed', b: 'failed', c: 'completed', d: 'waiting', e: 'running' }));
  progress.end();
  assert.deepEqual(
    lines(String(out.read())).map((line) => line.split(/ +/)[1] ?? ''),
    ['b', 'd', 'e', '', '3'],
  );
});

test('without a run there is no table', () => {
  const out = screen({ isTTY: true, columns: 80, rows: 24 });
  watchProgress(out).end();
  assert.equal(out.read(), null);
});
