// @ts-check
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const { name, version } = JSON.parse(readFileSync(new URL('../pkg/package.json', import.meta.url), 'utf8'));

/**
 * Said in the page itself too: a static host sends no header. The dev server injects styles, so
 * only when built.
 */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  // A model inside the page runs in a worker that its program makes of text.
  "worker-src 'self' blob:",
  'connect-src *',
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export default defineConfig({
  // Relative addresses: the files work under any path.
  base: './',
  build: { outDir: 'dist', emptyOutDir: true, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  worker: { format: 'es' },
  plugins: [
    {
      name: 'package',
      transformIndexHtml: (html) =>
        html.replace('%version%', version).replace('%package%', `https://www.npmjs.com/package/${name}`),
    },
    {
      name: 'content-security-policy',
      apply: 'build',
      transformIndexHtml: () => [
        {
          tag: 'meta',
          injectTo: 'head-prepend',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
        },
      ],
    },
  ],
});
