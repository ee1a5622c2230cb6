// @ts-check
import { deepEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../paths.mjs';

/** rustfmt leaves comments as they are. */
const widest = 100;

test('comments of the core are at most 100 columns wide', () => {
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const wide = names
    .filter((name) => name.endsWith('.rs'))
    .flatMap((name) => {
      const lines = readFileSync(join(root, 'src', name), 'utf8').split('\n');
      return lines.flatMap((line, at) =>
        /^ *\/\//.test(line) && [...line].length > widest ? [`src/${name}:${at + 1}`] : [],
      );
    });
  deepEqual(wide, []);
});
