// @ts-check
/**
 * What the demo page gives as code runs as it stands, for each of its patterns, and the command
 * line asks the same.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { answerTo } from '../../scripts/model/answer.mjs';
import { forCommandLine } from '../../www/src/code/command-line.js';
import { forBrowser, forNode } from '../../www/src/code/program.js';
import { patterns } from '../../www/src/patterns/index.js';
import { asChunks, asWhole } from '../../www/src/simulated/completion.js';
import { shell } from '../cli/shell.mjs';
import { respond, startModelServer } from './model-server.mjs';

/** Within the repository, where the package's name is known. @type {string} */
let folder;
before(async () => {
  process.env.OPENAI_API_KEY = 'sk-test';
  folder = await mkdtemp(fileURLToPath(new URL('copied-', import.meta.url)));
});
after(() => rm(folder, { recursive: true }));

/**
 * What the page would run, as its form stands at first.
 * @param {import('../../www/src/patterns/index.js').Pattern} pattern
 * @param {string} baseURL
 */
function orderOf(pattern, baseURL) {
  const { args, options } = pattern.call(
    Object.fromEntries(pattern.fields.map(({ name, value }) => [name, value])),
  );
  const server = { baseURL, model: 'simulated', apiKey: 'sk-canary', stream: true };
  return { pattern: pattern.function ?? pattern.name, args, options: { ...server, ...options } };
}

/** @param {import('node:test').TestContext} t */
const startModel = (t) =>
  startModelServer(t, ({ body }, response) => {
    const { completion } = answerTo(body);
    if (!body.stream) return respond(response, 200, asWhole(completion));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of asChunks(completion, true)) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.end('data: [DONE]\n\n');
  });

/**
 * Each different request, since a vote may end before all have been sent.
 * @param {{ body: any }[]} requests
 */
const asked = (requests) => [
  ...new Set(requests.map(({ body: { stream, stream_options, ...body } }) => JSON.stringify(body)).sort()),
];

/** Those for which the command line has something else: it says so. */
const others = ['run', 'mapReduce', 'clones', 'tools'];

describe('the code of the page', { concurrency: 2 }, () => {
  for (const pattern of patterns) {
    test(`${pattern.label}: it runs, has no key in it, and the command line asks the same`, async (t) => {
      const server = await startModel(t);
      const order = orderOf(pattern, server.baseURL);
      const [code, command] = [forNode(order), forCommandLine(order)];
      for (const text of [code, forBrowser(order), command]) assert.doesNotMatch(text, /sk-canary/);

      const file = join(folder, `${pattern.name}.mjs`);
      // Two at a time print: each into a list of its own.
      await writeFile(
        file,
        `export const printed = [];\nconst console = { log: (line) => printed.push(line) };\n${code}`,
      );
      const { printed } = await import(pathToFileURL(file).href);
      assert.deepEqual([printed[0], printed.at(-2)], ['RUN_STARTED', 'RUN_FINISHED']);
      assert.equal(printed.at(-1).metadata.failedTasks, 0);
      const fromNode = asked(server.requests.splice(0));

      if (pattern.name === 'tools') return assert.match(command, /^# .* need a program/);
      const ended = await shell(t, server.baseURL).run(
        command.replaceAll('npx parallelization-agent', '$CLI'),
      );
      assert.equal(ended.code, 0, ended.stderr);
      assert.ok(server.requests.length > 0);
      if (!others.includes(pattern.name)) assert.deepEqual(asked(server.requests), fromNode);
    });
  }

  test('texts with quotes, braces, lines and tags stay what they are, in every variant', async (t) => {
    const texts = ['it\'s "quoted" $HOME `id` \\ {field}', 'two\nlines', '</script><!-- END', 'END'];
    const server = await startModel(t);
    const order = orderOf(/** @type {any} */ (patterns.find(({ name }) => name === 'batch')), server.baseURL);
    order.args = [texts];
    Object.assign(order.options, { instructions: '- be "brief"' });
    const { code } = await shell(t, server.baseURL).run(
      forCommandLine(order).replaceAll('npx parallelization-agent', '$CLI'),
    );
    assert.equal(code, 0);
    assert.deepEqual(server.requests.map(({ content }) => content).sort(), [...texts].sort());
    assert.equal(server.requests[0].body.messages[0].content, '- be "brief"');
    const prompt = { ...order, pattern: 'run', args: ['- a list\nEND'] };
    await shell(t, server.baseURL).run(
      forCommandLine(prompt).replaceAll('npx parallelization-agent', '$CLI'),
    );
    assert.equal(server.requests.at(-1)?.content.trimEnd(), '- a list\nEND');
    const page = forBrowser(order);
    assert.equal(page.match(/<\/script/g)?.length, 1);
    const [, list] = /batch\((\[.*?\]), \{/s.exec(page) ?? [];
    assert.deepEqual(new Function(`return ${list}`)(), texts);

    const clones = orderOf(
      /** @type {any} */ (patterns.find(({ name }) => name === 'clones')),
      server.baseURL,
    );
    clones.args[1] = texts[0];
    server.requests.length = 0;
    await shell(t, server.baseURL).run(
      forCommandLine(clones).replaceAll('npx parallelization-agent', '$CLI'),
    );
    assert.equal(server.requests.length, 4);
    for (const { content } of server.requests) assert.ok(content.endsWith(`\n\n${texts[0]}`), content);
  });
});
