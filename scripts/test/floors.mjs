// @ts-check
/**
 * The floors of `src`, from the top, and who calls whom: read from the `use` lines of each file,
 * without its tests.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from '../paths.mjs';

/** A file may use what stands on its own floor or below. */
export const floors = [
  ['api'],
  ['strategy'],
  ['engine'],
  ['event', 'report'],
  ['model'],
  ['platform'],
  ['error', 'nearest'],
  ['json'],
  ['host'],
];

/** Files that are one idea, and use each other. */
export const ideas = [
  [
    'api::js::callback',
    'api::js::limiter',
    'api::js::model_function',
    'api::js::standard_schema',
    'api::js::values',
  ],
  ['engine::limits::acquire', 'engine::limits::limiter', 'engine::limits::permit'],
  ['engine::limits::pool', 'engine::limits::queue'],
  ['engine::progress', 'engine::progress::counters'],
  ['engine::run', 'engine::run::ending'],
  ['strategy::map_reduce', 'strategy::map_reduce::reduce'],
  ['strategy::voting', 'strategy::voting::select'],
];

/** @param {string} module  such as `engine::limits::pool` */
export function floorOf(module) {
  return floors.findIndex((names) => names.includes(module.split('::')[0] ?? ''));
}

/** The modules of `src`, each with those that it uses. */
export function modules() {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.rs') && file !== 'lib.rs',
  );
  const sources = new Map(files.map((file) => [moduleOf(file), source(file)]));
  /** @type {Map<string, Set<string>>} */
  const uses = new Map();
  for (const [module, text] of sources) {
    const used = usedBy(module, text).flatMap((path) => fileOf(path, sources) ?? []);
    uses.set(module, new Set(used.filter((other) => other !== module)));
  }
  return uses;
}

/** @param {string} file */
function moduleOf(file) {
  return file
    .replaceAll(sep, '/')
    .replace(/(\/mod)?\.rs$/, '')
    .replaceAll('/', '::');
}

/** @param {string} file */
function source(file) {
  return readFileSync(join(root, 'src', file), 'utf8').split(/^#\[cfg\((?:all\()?test/m)[0] ?? '';
}

/**
 * The paths that a module uses, from the root of the crate.
 * @param {string} module
 * @param {string} text
 */
function usedBy(module, text) {
  const here = module.split('::');
  const imported = [...text.matchAll(/^ *(?:pub(?:\([^)]*\))? )?use ((?:crate|super|self)\b[^;]*);/gm)];
  const inline = [...text.matchAll(/\bcrate((?:::[a-z_]+)+)::\w/g)];
  return [
    ...imported.flatMap(([, tree]) => leaves(tree?.replaceAll(/\s/g, '') ?? '')),
    ...inline.map(([, path]) => `crate${path}`),
  ].map((path) => {
    const steps = path.split('::');
    if (steps[0] === 'crate') return steps.slice(1).join('::');
    if (steps[0] === 'self') return [...here, ...steps.slice(1)].join('::');
    const up = steps.filter((step) => step === 'super').length;
    return [...here.slice(0, here.length - up), ...steps.slice(up)].join('::');
  });
}

/**
 * `a::{b, c::{d, e}}` has the leaves `a::b`, `a::c::d` and `a::c::e`.
 * @param {string} tree
 * @returns {string[]}
 */
function leaves(tree) {
  const open = tree.indexOf('{');
  if (open < 0) return [tree];
  const [before, inner] = [tree.slice(0, open), tree.slice(open + 1, -1)];
  const parts = [];
  let [depth, start] = [0, 0];
  for (const [at, letter] of [...inner].entries()) {
    depth += letter === '{' ? 1 : letter === '}' ? -1 : 0;
    if (letter !== ',' || depth > 0) continue;
    parts.push(inner.slice(start, at));
    start = at + 1;
  }
  return [...parts, inner.slice(start)].filter(Boolean).flatMap((part) => leaves(before + part));
}

/**
 * The module that has what a path names.
 * @param {string} path
 * @param {Map<string, string>} sources
 */
function fileOf(path, sources) {
  for (let steps = path.split('::'); steps.length > 0; steps = steps.slice(0, -1)) {
    const module = steps.join('::');
    if (sources.has(module)) return module;
  }
  return undefined;
}

/**
 * Sets of modules of which each reaches every other (Tarjan, 1972).
 * @param {Map<string, Set<string>>} uses
 */
export function circles(uses) {
  /** @type {string[][]} */
  const found = [];
  /** @type {Map<string, { index: number, low: number, open: boolean }>} */
  const seen = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @param {string} module */
  const visit = (module) => {
    const own = { index: seen.size, low: seen.size, open: true };
    seen.set(module, own);
    stack.push(module);
    for (const other of uses.get(module) ?? []) {
      const known = seen.get(other);
      if (!known) own.low = Math.min(own.low, visit(other).low);
      else if (known.open) own.low = Math.min(own.low, known.index);
    }
    if (own.low === own.index) {
      const circle = stack.splice(stack.indexOf(module));
      for (const one of circle) Object.assign(seen.get(one) ?? {}, { open: false });
      if (circle.length > 1) found.push(circle.toSorted());
    }
    return own;
  };
  for (const module of uses.keys()) if (!seen.has(module)) visit(module);
  return found;
}
