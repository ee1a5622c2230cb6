// @ts-check
import { deepEqual } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../paths.mjs';

/** Neither rustfmt nor Biome breaks the lines of a comment. */
const widest = 100;

const slashes = /^\s*(\/\/|\/?\* |\/\*\*)/;
/** How a line of comment begins, by the ending of its file. */
const comments = new Map([
  ['.rs', /^\s*\/\//],
  ['.py', /^\s*#/],
  ...['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.css'].map(
    (ending) => /** @type {const} */ ([ending, slashes]),
  ),
]);

test('comments are at most 100 columns wide', () => {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  const files = listed.filter((name) => comments.has(extname(name)) && existsSync(join(root, name)));
  const wide = files.flatMap((name) => {
    const begins = /** @type {RegExp} */ (comments.get(extname(name)));
    const lines = readFileSync(join(root, name), 'utf8').split('\n');
    return lines.flatMap((line, at) =>
      begins.test(line) && [...line].length > widest ? [`${name}:${at + 1}`] : [],
    );
  });
  deepEqual(wide, []);
});
