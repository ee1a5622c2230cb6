// @ts-check
/** The site of the documentation. `DOCS_BASE` is the path that it is served under. */

import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const manifest = JSON.parse(readFileSync(new URL('../../pkg/package.json', import.meta.url), 'utf8'));
const repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');

/** @param {[name: string, title: string][]} pages */
const guide = (...pages) => pages.map(([name, text]) => ({ text, link: `/guide/${name}` }));
/** @param {[name: string, title: string][]} pages */
const reference = (...pages) => pages.map(([name, text]) => ({ text, link: `/reference/${name}` }));

export default defineConfig({
  title: manifest.name,
  description: manifest.description,
  lang: 'en',
  base: process.env.DOCS_BASE ?? '/',
  markdown: { theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // The default theme's first page says nowhere what its main part is.
  transformHtml: (html) => html.replace(/(<div class="VPContent[^"]*is-home[^"]*")/, '$1 role="main"'),
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/getting-started', activeMatch: '/guide/' },
      { text: 'Reference', link: '/reference/options', activeMatch: '/reference/' },
      { text: 'Demo', link: '/demo' },
      { text: `v${manifest.version}`, link: `https://www.npmjs.com/package/${manifest.name}` },
    ],
    sidebar: [
      {
        text: 'Begin',
        items: guide(
          ['getting-started', 'Getting started'],
          ['command-line', 'The command line'],
          ['moving', 'Moving from …'],
          ['questions', 'Questions and answers'],
        ),
      },
      {
        text: 'Patterns',
        items: guide(
          ['many-rows', 'Many rows'],
          ['graphs', 'Graphs'],
          ['votes-and-judges', 'Votes and judges'],
          ['map-reduce', 'Map-reduce'],
          ['agents-and-tools', 'Agents and tools'],
        ),
      },
      {
        text: 'Running it',
        items: guide(
          ['models-and-schemas', 'Models and schemas'],
          ['providers', 'What each provider takes'],
          ['limits-and-retries', 'Limits and retries'],
          ['budget-and-prices', 'Budget and prices'],
          ['progress', 'Progress and AG-UI'],
          ['in-the-page', 'In the page'],
          ['processes', 'Beyond one process'],
          ['tracing', 'Tracing'],
          ['testing', 'Testing your code'],
        ),
      },
      {
        text: 'Reference',
        items: [
          ...reference(
            ['options', 'Options'],
            ['results', 'Results'],
            ['events', 'Events'],
            ['errors', 'Errors'],
            ['environment', 'Environment variables'],
            ['command-line', 'Command line'],
          ),
          { text: 'All types', link: '/api/index.html', target: '_self' },
        ],
      },
      {
        text: 'About',
        items: [
          { text: 'Where it runs', link: '/environments' },
          { text: 'Benchmarks', link: '/benchmarks' },
        ],
      },
    ],
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: repository }],
    footer: { message: 'MIT licence' },
  },
});
