// @ts-check
/**
 * The packed package in bundles of which none was told about it, in a page and, where the bundler
 * makes one, in a worker.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startSimulated } from '../../scripts/model/simulated.mjs';
import { closeBrowser, serve, show } from './browser.mjs';
import { project, run } from './project.mjs';

/** @type {import('../../scripts/model.mjs').Model} */
let model;
before(async () => {
  model = await startSimulated({ pace: 0 });
});
after(() => Promise.all([model.stop(), closeBrowser()]));

/**
 * What each bundler is asked to do, by the name of its project.
 * @type {Record<string, { build?: string[], page?: string, workers: boolean, file: boolean }>}
 */
const bundlers = {
  vite: { workers: true, file: true },
  'vite-previous': { workers: true, file: false },
  webpack: { workers: true, file: true, page: 'main.js' },
  rspack: { workers: true, file: true, page: 'main.js' },
  parcel: { workers: true, file: true },
  rollup: { workers: false, file: false, page: 'index.js' },
  esbuild: {
    build: ['esbuild', 'src/index.js', '--bundle', '--minify', '--format=esm', '--outfile=dist/index.js'],
    workers: false,
    file: false,
    page: 'index.js',
  },
};

for (const [name, { build = ['npm', 'run', 'build'], page, workers, file }] of Object.entries(bundlers)) {
  test(`${name} makes a bundle that runs in a page${workers ? ' and in a worker' : ''}`, async (t) => {
    const folder = await project(name, 'app');
    const [program, ...args] = build;
    const bin = join(folder, 'node_modules', '.bin', program);
    await run(folder, existsSync(bin) ? bin : program, args);
    const dist = join(folder, 'dist');
    if (page) writeFileSync(join(dist, 'index.html'), html(page));
    t.diagnostic(sizes(dist));
    const files = readdirSync(dist, { encoding: 'utf8', recursive: true });
    if (file) assert.equal(files.filter((name) => name.endsWith('.wasm')).length, 1);
    // Parcel writes scripts into its pages, which no strict policy allows.
    /** @type {Record<string, string>} */
    const pages = name === 'parcel' ? { '/': readFileSync(join(dist, 'index.html'), 'utf8') } : {};
    const address = await serve(t, dist, pages);
    assert.match(await show(t, `${address}/?model=${model.baseURL}`), /^\[simulated\]/);
    if (!workers) return;
    assert.match(await show(t, `${address}/?in=worker&model=${model.baseURL}`), /^\[simulated\]/);
  });
}

// In this file since a project is one test's at a time.
for (const name of ['vite', 'vite-previous']) {
  test(`${name} serves a page, and a worker, while it is written`, async (t) => {
    const root = await project(name, 'app');
    const { createServer } = await import(
      pathToFileURL(join(root, 'node_modules/vite/dist/node/index.js')).href
    );
    const server = await createServer({ root, configFile: false, logLevel: 'error', server: { port: 0 } });
    t.after(() => server.close());
    await server.listen();
    const [address] = server.resolvedUrls.local;
    assert.match(await show(t, `${address}?model=${model.baseURL}`), /^\[simulated\]/);
    assert.match(await show(t, `${address}?in=worker&model=${model.baseURL}`), /^\[simulated\]/);
  });
}

test('esbuild makes a script of one file that runs in a service worker', async (t) => {
  const folder = await project('esbuild', 'page');
  const args = ['background.js', '--bundle', '--minify', '--format=iife', '--outfile=dist/service.js'];
  await run(folder, join(folder, 'node_modules', '.bin', 'esbuild'), args);
  writeFileSync(join(folder, 'bundled.js'), readFileSync(join(folder, 'dist', 'service.js')));
  const address = await serve(t, folder);
  const query = `in=service-worker&script=./bundled.js&model=${model.baseURL}`;
  assert.match(await show(t, `${address}/?${query}`), /^\[simulated\]/);
});

/** @param {string} script */
function html(script) {
  const icon = '<link rel="icon" href="data:,">';
  return `<!doctype html><title></title>${icon}<script type="module" src="./${script}"></script>`;
}

/** @param {string} dist */
function sizes(dist) {
  const names = readdirSync(dist, { encoding: 'utf8', recursive: true });
  const rows = names
    .filter((name) => /\.(js|wasm)$/.test(name))
    .map((name) => `${name.replace(/.*\//, '')} ${statSync(join(dist, name)).size}`);
  return rows.sort().join(', ');
}
