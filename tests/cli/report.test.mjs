// @ts-check
/**
 * `--trace` and `--report`, and `report` of what was kept: a page of a run that needs nothing else.
 */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { EventReader } from '../../www/src/run/events.js';
import { readExport } from '../../www/src/run/export.js';
import { RunRecord } from '../../www/src/run/record.js';
import { complete, respond, startModelServer } from '../node/model-server.mjs';
import { shell } from './shell.mjs';

const graph = `task: t
subtasks:
  - { id: a, content: first }
  - { id: b, content: second, dependencies: [a] }
  - { id: bad, content: refused }
  - { id: after-bad, content: never, dependencies: [bad] }
`;

const hostile =
  '</pre><script>document.title = "taken over"</script><img src="https://elsewhere.example/x.png">';

/**
 * Refuses the first request once and some always, and answers the others with markup.
 * @param {import('node:test').TestContext} t
 */
const server = (t) =>
  startModelServer(t, ({ content, index }, response) => {
    if (index === 0) return respond(response, 503, {}, { 'retry-after-ms': '60' });
    if (content.includes('refused')) return respond(response, 400, { error: { message: 'not <b>this</b>' } });
    complete(response, `${hostile} ${content.slice(0, 10)}`);
  });

describe('what is kept of a run', { concurrency: 4 }, () => {
  test('a trace is what the page exports, and its report is the one that the run itself writes', async (t) => {
    const { baseURL } = await server(t);
    const { run, read } = shell(t, baseURL, { 'g.yaml': graph });
    const { code, stderr } = await run('$CLI graph g.yaml -c 1 --trace run.json --report live.html --quiet');
    assert.equal(code, 1, stderr);
    // The page's own reader has the last word on whether the page can open it.
    const { pattern, args, result, events } = await readExport(new Blob([read('run.json')]));
    assert.deepEqual([pattern, args?.[0], /** @type {any} */ (args)[1].length], ['parallelProcess', 't', 4]);
    assert.equal(result.results.length, 4);
    const record = new RunRecord();
    new EventReader(record).read(events);
    const states = record.tasks.slice(0, 4).map(({ id, status }) => [id, status]);
    assert.deepEqual(states, [
      ['a', 'completed'],
      ['b', 'completed'],
      ['bad', 'failed'],
      ['after-bad', 'skipped'],
    ]);
    assert.equal(record.phase, 'complete');
    assert.match((await run('$CLI report run.json')).stderr, /^run\.html is written/);
    assert.equal(read('run.html'), read('live.html'));
  });

  test('a report shows each try, the graph, errors, tokens and cost, in a browser without a network', {
    skip: !process.env.CHROMIUM && 'no browser is set up',
  }, async (t) => {
    const { baseURL } = await server(t);
    const { run, folder } = shell(t, baseURL, { 'g.yaml': graph });
    await run('$CLI graph g.yaml -c 1 -m m --price 1000/2000 --report run.html --quiet');
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
    t.after(() => browser.close());
    const page = await browser.newPage();
    /** @type {string[]} */
    const requests = [];
    /** @type {string[]} */
    const complaints = [];
    page.on('request', (request) => void requests.push(request.url()));
    page.on('console', (message) => void complaints.push(message.text()));
    const address = pathToFileURL(join(folder, 'run.html')).href;
    await page.goto(address);
    assert.deepEqual(requests, [address]);
    assert.deepEqual(complaints, []);
    assert.equal(await page.title(), 'A run of parallelProcess');
    assert.equal(await page.locator('script, img').count(), 0);
    const bars = async (/** @type {string} */ name) => {
      const row = page.locator('.timeline .row', { has: page.locator(`b[title="${name}"]`) });
      return row.locator('i:not(.pause)').evaluateAll((all) => all.map(({ className }) => className));
    };
    assert.deepEqual(await bars('a'), ['failed', 'answered']);
    assert.deepEqual(await bars('bad'), ['failed']);
    assert.equal(await page.locator('svg rect').count(), 5, 'four tasks and the summary');
    assert.equal(await page.locator('svg path').count(), 2 + 4, 'what was given, and what the summary reads');
    const text = await page.locator('body').innerText();
    assert.match(text, /API_ERROR \(503\)\s+1\s+a/);
    assert.match(text, /not <b>this<\/b>/);
    assert.match(text, /75 \(60 read, 15 written\)/);
    assert.match(text, /\$0\.0900/);
    assert.match(text, /a server asked for a pause/);
  });

  test('a report of rows names them as they are named in the file, those from before too', async (t) => {
    const { baseURL } = await startModelServer(t, ({ content }, response) =>
      complete(response, `re ${content}`),
    );
    const { run, read } = shell(t, baseURL, { 'in.csv': 'id,text\nr<1>,one\nr2,two\n' });
    await run('$CLI run in.csv -o out.jsonl --limit 1');
    const { code } = await run('$CLI run in.csv -o out.jsonl --report run.html --trace run.json');
    assert.equal(code, 0);
    const html = read('run.html');
    assert.match(html, /<th scope="row">r&#60;1&#62;<\/th><td>from before<\/td>.*re one/);
    assert.match(html, /<th scope="row">r2<\/th><td>completed<\/td>.*re two/);
    assert.equal((await run('$CLI report run.json -o again.html')).code, 0);
    assert.equal(read('again.html'), html);
  });

  test('a file that is no run is told, and so is a report that cannot be written', async (t) => {
    const { baseURL, requests } = await server(t);
    const { run } = shell(t, baseURL, { 'a.json': '{"events":[', 'b.json': '{}', 'in.txt': 'x\n' });
    const told = async (/** @type {string} */ command) => {
      const { code, stderr } = await run(command);
      assert.equal(code, 2, stderr);
      return stderr;
    };
    assert.match(await told('$CLI report a.json'), /^a\.json: this is no whole run/);
    assert.match(await told('$CLI report b.json'), /^b\.json: expected a run as `--trace` writes it/);
    assert.match(await told('$CLI report'), /Expected one file/);
    assert.match(await told('$CLI run in.txt --report no/such/run.html'), /cannot be written/);
    assert.equal(requests.length, 0);
  });
});
