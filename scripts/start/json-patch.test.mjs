// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch } from './json-patch.mjs';

test('fields and list items are replaced, added and removed', () => {
  const document = { status: 'running', rows: [{ id: 'a' }, { id: 'b' }], gone: 1 };
  const changed = applyPatch(document, [
    { op: 'replace', path: '/status', value: 'complete' },
    { op: 'replace', path: '/rows/1/id', value: 'c' },
    { op: 'add', path: '/rows/-', value: { id: 'd' } },
    { op: 'add', path: '/rows/0', value: { id: 'first' } },
    { op: 'remove', path: '/rows/1' },
    { op: 'remove', path: '/gone' },
  ]);
  assert.deepEqual(changed, { status: 'complete', rows: [{ id: 'first' }, { id: 'c' }, { id: 'd' }] });
});

test('the document that was patched stays as it was', () => {
  const document = { rows: [1] };
  applyPatch(document, [{ op: 'add', path: '/rows/-', value: 2 }]);
  assert.deepEqual(document, { rows: [1] });
});

test('escaped characters in a path name the key they stand for', () => {
  assert.deepEqual(applyPatch({ 'a/b~c': 1 }, [{ op: 'replace', path: '/a~1b~0c', value: 2 }]), {
    'a/b~c': 2,
  });
});

test('an operation below what is not there is left out', () => {
  assert.deepEqual(applyPatch({}, [{ op: 'add', path: '/rows/0/id', value: 1 }]), {});
});
