// @ts-check
/**
 * The examples in the types, as programs to compile. That of a property has to be a value of its
 * type, and any other has to stand in an asynchronous function.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '../docs/types.mjs';
import { pkg, root } from '../paths.mjs';

/** The files of types, each with the entry that they are the types of. */
const entries = {
  ...Object.fromEntries(topics.map((name) => [name, ''])),
  adapters: '/adapters',
  bullmq: '/bullmq',
  node: '/node',
  otel: '/otel',
  redis: '/redis',
  'store-file': '/store-file',
};

/** Writes them for `tests/types/tsconfig.json`. */
export function writeExamples() {
  const folder = join(root, 'tests', 'types', 'output');
  // Those of files that are gone would be compiled along.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, entry] of Object.entries(entries)) {
    const lines = readFileSync(join(pkg, `${name}.d.ts`), 'utf8').split('\n');
    const examples = [...examplesOf(lines)].map(
      ({ line, type, code }) => `// pkg/${name}.d.ts:${line}\n${program(type, code)}`,
    );
    if (examples.length === 0) continue;
    const types = `import type * as types from 'parallelization-agent${entry}';`;
    writeFileSync(
      join(folder, `${name.replace('/', '-')}.ts`),
      [imports(), types, ...examples, ''].join('\n'),
    );
  }
}

/** What `examples-given.ts` exports. */
function imports() {
  const given = readFileSync(join(root, 'tests', 'types', 'examples-given.ts'), 'utf8');
  return (given.match(/^export \{.*?;$/gms) ?? []).join('\n').replaceAll(/^export/gm, 'import');
}

/**
 * @param {string[]} lines
 * @returns {Generator<{ line: number, type?: string, code: string }>}
 */
function* examplesOf(lines) {
  let around = '';
  for (const [index, text] of lines.entries()) {
    around = /^export interface (\w+)/.exec(text)?.[1] ?? (/^}/.test(text) ? '' : around);
    const begun = /@example ?(.*?)( \*\/)?$/.exec(text);
    if (!begun) continue;
    const end = begun[2] ? index : lines.findIndex((line, at) => at > index && line.includes('*/'));
    const rest = lines.slice(index + 1, end);
    const other = rest.findIndex((line) => /^ *\* @/.test(line));
    const further = rest.slice(0, other < 0 ? undefined : other).map((line) => line.replace(/^ *\* ?/, ''));
    const declared = lines[end + 1] ?? '';
    const property = around && /^ {2}(?:readonly )?(\w+)\??[:(]/.exec(declared)?.[1];
    const type = property ? `${around}['${property}']` : /^export type (\w+) =/.exec(declared)?.[1];
    yield {
      line: index + 1,
      // What an example imports, each of these programs does.
      code: [begun[1], ...further]
        .filter((line) => !line.startsWith('import '))
        .join('\n')
        .trim(),
      ...(type && { type: `types.${type}` }),
    };
  }
}

/**
 * @param {string | undefined} type
 * @param {string} code
 */
function program(type, code) {
  if (/^(const|for|if|await|try)\b/.test(code)) return `async () => {\n${code}\n};`;
  if (/^catch\b/.test(code)) return `async () => {\ntry { await run; } ${code}\n};`;
  // That of a result shows how to get at it.
  if (/^\(await\b/.test(code)) return `async () => ${code};`;
  return type
    ? `{ const value: ${type} = ${code.replace(/;$/, '')}; }`
    : `async () => (${code.replace(/;$/, '')});`;
}
