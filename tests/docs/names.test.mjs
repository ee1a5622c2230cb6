// @ts-check
/**
 * What the documentation names exists, and what exists is named. The generated pages are current.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageReadme } from '../../scripts/build/documents.mjs';
import { referencePages } from '../../scripts/docs/reference.mjs';
import { mainTypes } from '../../scripts/docs/types.mjs';
import { pages } from './pages.mjs';

const root = join(import.meta.dirname, '..', '..');
const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');
const all = pages();
const types = mainTypes();
const given = ['adapters', 'bullmq', 'node', 'otel', 'redis', 'store-file', 'wasm'].map((name) =>
  read(`pkg/${name}.d.ts`),
);

/**
 * @param {string} folder
 * @param {string} ending
 * @returns {string} all files of a folder, one after the other
 */
function sources(folder, ending) {
  const names = readdirSync(join(root, folder), { encoding: 'utf8', recursive: true });
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => read(join(folder, name)))
    .join('\n');
}

const rust = sources('src', '.rs');

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @returns {Set<string>} what its first group finds
 */
const found = (text, pattern) => new Set([...text.matchAll(pattern)].map(([, name]) => name));

const codes = found(/ErrorCode =(.*?);/s.exec(types)?.[1] ?? '', /'(\w+)'/g);
const events = found(types, /(?:AnyEvent|TaskEvent)<'([^>]*)'>/g);
const eventNames = new Set([...events].flatMap((names) => names.split("' | '")));
const variables = found(read('src/model/provider.rs'), /"([A-Z]+_[A-Z_]+)"/g);
const custom = found(rust, /\.custom\(\s*"(\w+)"/g);
const options = found(/const names = \[(.*?)\]/s.exec(read('pkg/option-names.js'))?.[1] ?? '', /'(\w+)'/g);

for (const [name, text] of Object.entries(referencePages())) {
  test(`docs/reference/${name} is as the types have it`, () => {
    assert.equal(read(`docs/reference/${name}`), text, 'make it anew by `npm run docs:reference`');
  });
}

test('every option has its place in the reference', () => {
  const page = read('docs/reference/options.md');
  assert.deepEqual(
    [...options].filter((name) => !page.includes(`### ${name}\n`)),
    [],
  );
});

test('every code of an error has a row, and every row a code', () => {
  const rows = found(read('docs/reference/errors.md'), /^\| `([A-Z_]+)` \|/gm);
  assert.deepEqual([...rows].sort(), [...codes].sort());
});

test('every event has a row, and every row an event', () => {
  const page = read('docs/reference/events.md');
  const first = [...page.matchAll(/^\|([^|]*)\|/gm)].map(([, cell]) => cell).join();
  assert.deepEqual([...found(first, /`([A-Z_]+)`/g)].sort(), [...eventNames].sort());
  const named = found(page.slice(page.indexOf('## Custom')), /^\| `([a-z]\w*)`/gm);
  assert.deepEqual([...named].filter((name) => name !== 'name').sort(), [...custom].sort());
});

test('every environment variable has a row, and every row is read', () => {
  const rows = [...read('docs/reference/environment.md').matchAll(/^\| (`[^|]*)\|/gm)]
    .map(([, cell]) => cell)
    .join();
  assert.deepEqual([...found(rows, /`(\w+)`/g)].sort(), [...variables].sort());
});

/** Names that are not ours. */
const foreign =
  /^(AWS_\w+|OTEL_\w+|OLLAMA_\w+|REDIS_URL|createPostgresBackend|GROQ_API_KEY|HTTPS?_PROXY|NO_PROXY|NODE_USE_ENV_PROXY|stopWhen|exactOptionalPropertyTypes|noUncheckedIndexedAccess)$/;

for (const { path, text } of all) {
  test(`${path} names only what exists`, () => {
    const shouted = [...found(text, /\b([A-Z]{2,}_[A-Z_]*[A-Z])\b/g)];
    const known = (/** @type {string} */ name) =>
      codes.has(name) || eventNames.has(name) || variables.has(name) || foreign.test(name);
    assert.deepEqual(
      shouted.filter((name) => !known(name)),
      [],
    );
    // A name in the middle of which is a capital is one of the package's, unless it stands in the
    // table of another library.
    const ours = [...found(text, /`([a-z]+[A-Z]\w*)`/g)];
    const declared = [types, ...given].join('\n') + rust.replaceAll(/\/\/.*/g, '');
    assert.deepEqual(
      ours.filter((name) => !foreign.test(name) && !new RegExp(`\\b${name}\\b`).test(declared)),
      [],
    );
  });

  test(`${path} points only to what is there`, () => {
    const links = [
      ...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g),
    ];
    const missing = links.filter(([, target, anchor]) => {
      const file = join(path, '..', target);
      const page = all.find(({ path }) => path === file);
      if (!page) return !exists(file);
      return anchor !== undefined && !anchors(page.text).has(anchor.slice(1));
    });
    assert.deepEqual(
      missing.map(([link]) => link),
      [],
    );
  });
}

/** @param {string} path */
function exists(path) {
  try {
    read(path);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EISDIR';
  }
}

/** What links within a page may name. @param {string} text */
function anchors(text) {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test("the package's README is short, and its links lead on from everywhere", () => {
  const readme = packageReadme();
  assert.doesNotMatch(readme, /## The repository/, 'what stands behind its end is about the repository');
  assert.ok(readme.split(/\s+/).length <= 900, 'it has more than 900 words');
  const { homepage } = JSON.parse(read('pkg/package.json'));
  const files = homepage.replace('#readme', '/blob/main/');
  const links = [...readme.matchAll(/\]\(([^)]*)\)/g)].map(([, link]) => link);
  assert.deepEqual(
    links.filter((link) => !link.startsWith('https://')),
    [],
  );
  const ours = links.filter((link) => link.startsWith(files)).map((link) => link.slice(files.length));
  assert.ok(ours.length > 10, 'they do not lead to the repository');
  assert.deepEqual(
    ours.filter((path) => !exists(path.replace(/#.*/, ''))),
    [],
  );
});

test('the reference has no marks that only an editor understands', () => {
  for (const { path, text } of all) assert.doesNotMatch(text, /\{@\w+/, path);
});
