// @ts-check
/** Tests fake timers and clocks. Those of the package are real, whenever that begins. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execScript } from './exec-script.mjs';

const fakes = {
  'the timers of node:test': "const { mock } = await import('node:test'); mock.timers.enable();",
  'all timers and clocks': `
    for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout']) globalThis[name] = () => 0;
    globalThis.performance = { now: () => 0 };
    globalThis.Date = class extends Date { static now = () => 0; };`,
};

for (const [name, fake] of Object.entries(fakes)) {
  test(`${name}: a refused call waits and is tried again`, async () => {
    const program = `
      import { batch } from 'parallelization-agent';
      ${fake}
      let refused = 0;
      const complete = async () => {
        refused += 1;
        const refusal = { status: 429, headers: { 'retry-after-ms': '50' } };
        if (refused <= 2) throw Object.assign(new Error('x'), refusal);
        return 'fine';
      };
      const { results, metadata } = await batch(['a', 'b'], { complete });
      console.log(results.map(({ result }) => result).join(), metadata.attempts);`;
    const env = { ...process.env, NODE_OPTIONS: '' };
    assert.equal(await execScript(program, { env }), 'fine,fine 4\n');
  });
}

test('microtasks that Jest fakes: a listener hears of each event as it comes', async () => {
  const program = `
    import { batch } from 'parallelization-agent';
    globalThis.queueMicrotask = () => {};
    let heard = 0;
    const onEvent = () => { heard += 1; };
    const complete = async () => (heard > 0 ? 'heard' : 'nothing');
    const { results } = await batch(['a', 'b'], { complete, onEvent, concurrency: 1 });
    console.log(results[1].result);`;
  assert.equal(await execScript(program), 'heard\n');
});

test('a timer that rings though it was taken back tells nobody', async () => {
  const program = `
    globalThis.clearTimeout = () => {};
    const { batch } = await import('parallelization-agent');
    const complete = async ({ messages }) => {
      if (messages.at(-1).content === 'long') await new Promise((resolve) => setTimeout(resolve, 100));
      return 'fine';
    };
    const long = batch(['long'], { complete });
    await batch(['short'], { complete, timeoutMs: 20 });
    const { results } = await long;
    console.log(results[0].result);
    process.exit();`;
  assert.equal(await execScript(program, { timeout: 30_000 }), 'fine\n');
});
