// @ts-check
/**
 * The entries that are one file each: CommonJS for `require`, and for pages without a bundler a
 * script that needs no other. All stand in `dist`, as far from the WebAssembly as `source` is, so
 * that its address is the same from both.
 */

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pkg } from '../paths.mjs';

const dist = join(pkg, 'dist');

/** @returns {Promise<string[]>} the files that went into the command line */
export async function bundle() {
  await commonJs('index');
  await commonJsTypes();
  await commonJs('store-file');
  await commonJs('adapters');
  await commonJs('node');
  await commonJs('otel');
  await commonJs('redis');
  await commonJs('bullmq');
  await forPages();
  return commandLine();
}

/**
 * The command line, with all that it stands on but the package's own entries.
 * @returns {Promise<string[]>} the files that went into it
 */
async function commandLine() {
  for (const name of await readdir(dist)) if (name.startsWith('cli-')) await rm(join(dist, name));
  const { metafile } = await build({
    entryPoints: { cli: join(pkg, 'cli', 'main.js') },
    outdir: dist,
    // What a command does not need is not even read.
    splitting: true,
    chunkNames: 'cli-[name]-[hash]',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // A third of it is white space.
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [ownEntries],
    // What is CommonJS in it asks for Node's own modules by `require`.
    banner: { js: `#!/usr/bin/env node\n${requireInModule}` },
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

const requireInModule =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * The entries are as far from `dist` as from a folder of sources.
 * @type {import('esbuild').Plugin}
 */
const ownEntries = {
  name: 'own entries',
  setup({ onResolve }) {
    onResolve({ filter: /^(\.\.\/)+(index|node)\.js$/ }, ({ path, importer }) => {
      if (!importer.startsWith(join(pkg, 'cli'))) return undefined;
      return { path: path.replace(/^(\.\.\/)+/, '../'), external: true };
    });
  },
};

/** The types of the main entry, by topic, for CommonJS. */
async function commonJsTypes() {
  await mkdir(join(dist, 'types'), { recursive: true });
  for (const name of await readdir(join(pkg, 'types')))
    await commonJsType(`types/${name.replace('.d.ts', '')}`);
}

/**
 * A copy of a file of types, since TypeScript goes by the ending whether a file is CommonJS.
 * @param {string} name
 */
async function commonJsType(name) {
  const types = await readFile(join(pkg, `${name}.d.ts`), 'utf8');
  await writeFile(join(dist, `${name}.d.cts`), types.replaceAll(/(?<=from '\.\/[\w/-]+)\.js(?=')/g, '.cjs'));
}

/**
 * With a copy of its types.
 * @param {string} name
 */
async function commonJs(name) {
  await build({
    entryPoints: [join(pkg, `${name}.js`)],
    outfile: join(dist, `${name}.cjs`),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    define: { 'import.meta.url': 'fileUrl' },
    banner: { js: "const fileUrl = require('node:url').pathToFileURL(__filename);" },
    // Read when the file is missing, and then from where it is.
    external: ['../source/inline.js', '@opentelemetry/api'],
    logLevel: 'warning',
  });
  await commonJsType(name);
}

async function forPages() {
  await build({
    entryPoints: [join(pkg, 'index.js')],
    outfile: join(dist, 'web.js'),
    alias: { '#source': join(pkg, 'source', 'web.js') },
    bundle: true,
    format: 'esm',
    minify: true,
    logLevel: 'warning',
  });
}
