// @ts-check
/**
 * A call of `complete` that runs something on its own agent waits for it, and so lends it its slot:
 * nobody waits for ever.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParallelAgent } from 'parallelization-agent';
import { execScript } from './exec-script.mjs';
import { after } from './model-server.mjs';

/** @typedef {import('parallelization-agent').AgentOptions} Options */

/**
 * An agent, and its models: a leaf answers by itself, and `most` says how many did so at once.
 * @param {Options} options
 */
function forest(options) {
  const agent = new ParallelAgent({ aggregate: false, ...options });
  const leaves = { now: 0, most: 0, all: 0 };
  const leaf = async () => {
    leaves.now += 1;
    leaves.all += 1;
    leaves.most = Math.max(leaves.most, leaves.now);
    await after(2);
    leaves.now -= 1;
    return 'leaf';
  };
  /**
   * Answers with the outcome of a batch of the agent.
   * @param {number} depth
   * @param {number} width
   * @returns {() => Promise<string>}
   */
  const tree = (depth, width) => async () => {
    await after(1);
    const complete = depth === 1 ? leaf : tree(depth - 1, width);
    const { results } = await agent.batch(Array(width).fill('x'), { complete });
    return results.map(({ result }) => result).join(' ');
  };
  return { agent, leaves, leaf, tree };
}

const words = (/** @type {string | null | undefined} */ text) => text?.split(' ').length;

for (const concurrency of [1, 2, 5]) {
  test(`calls that wait for runs of their own agent leave its ${concurrency} slots to these`, async () => {
    for (const [depth, width] of /** @type {const} */ ([
      [1, 1],
      [1, 6],
      [3, 3],
    ])) {
      const { agent, leaves, tree } = forest({ concurrency });
      const { results } = await agent.batch(Array(8).fill('x'), { complete: tree(depth, width) });
      const each = results.map(({ result }) => words(result));
      assert.deepEqual(each, Array(8).fill(width ** depth));
      assert.ok(leaves.most <= concurrency, `${leaves.most} at once`);
    }
  });
}

test('the level of `auto` lets nested runs through where it is exhausted', async () => {
  const { agent, leaves, tree } = forest({ concurrency: 'auto' });
  const { metadata } = await agent.batch(Array(60).fill('x'), { complete: tree(2, 2) });
  assert.deepEqual([metadata.completedTasks, leaves.all], [60, 240]);
});

test('several runs within one call take its slot in turn', async () => {
  const { agent, leaves, leaf } = forest({ concurrency: 1 });
  const outer = async () => {
    const runs = await Promise.all(
      Array.from({ length: 5 }, () => agent.batch(['x', 'y'], { complete: leaf })),
    );
    return `${runs.length}`;
  };
  const { results } = await agent.batch(['a', 'b'], { complete: outer });
  assert.deepEqual([results.map(({ result }) => result), leaves.all, leaves.most], [['5', '5'], 20, 1]);
});

test('a stream that runs something between its pieces lends its slot as well', async () => {
  const { agent, leaf } = forest({ concurrency: 1 });
  async function* outer() {
    yield 'a ';
    await after(1);
    const { results } = await agent.batch(['x'], { complete: leaf });
    yield `${results[0]?.result}`;
  }
  const { results } = await agent.batch(['a', 'b'], { complete: outer, stream: true });
  assert.deepEqual(
    results.map(({ result }) => result),
    ['a leaf', 'a leaf'],
  );
});

test('a call that does not wait for its run keeps its slot when it is over', async () => {
  const { agent, leaves, leaf } = forest({ concurrency: 2 });
  /** @type {PromiseLike<unknown>[]} */
  const left = [];
  const outer = async () => {
    left.push(agent.batch(['x', 'y', 'z'], { complete: leaf }));
    return 'gone';
  };
  await agent.batch(Array(10).fill('x'), { complete: outer });
  await Promise.all(left);
  assert.equal(leaves.all, 30);
  // What was lent came back: as many go at once as before.
  leaves.most = 0;
  await agent.batch(Array(20).fill('x'), { complete: leaf });
  assert.equal(leaves.most, 2);
});

test('two agents whose calls run each other are nested, too', async () => {
  const { agent, leaf } = forest({ concurrency: 1 });
  const other = new ParallelAgent({ concurrency: 1 });
  const innermost = async () => (await agent.batch(['x'], { complete: leaf })).results[0]?.result ?? '';
  const inner = async () => (await other.batch(['x'], { complete: innermost })).results[0]?.result ?? '';
  const { results } = await agent.batch(['a', 'b', 'c'], { complete: inner });
  assert.deepEqual(
    results.map(({ result }) => result),
    ['leaf', 'leaf', 'leaf'],
  );
});

test('a tool that runs something on its own agent gets its answer', async () => {
  const { agent, leaf } = forest({ concurrency: 1 });
  const execute = async () => (await agent.batch(['x'], { complete: leaf })).results[0]?.result;
  const complete = async (/** @type {import('parallelization-agent').CompleteRequest} */ { messages }) => {
    const last = messages.at(-1);
    return last?.role === 'tool' ? `${last.content}` : { toolCalls: [{ name: 'ask', arguments: {} }] };
  };
  const { results } = await agent.batch(['a', 'b'], { complete, tools: [{ name: 'ask', execute }] });
  assert.deepEqual(
    results.map(({ result }) => result),
    ['leaf', 'leaf'],
  );
});

test('where the budget leaves no room beside the call that waits, the nested one fails at once and says so', async () => {
  const { agent, leaf } = forest({ concurrency: 4, budget: { tokens: 400 } });
  const outer = async () => {
    const run = agent.batch(['x'], { complete: leaf });
    return run.then(
      () => 'answered',
      (/** @type {any} */ { cause }) => cause.code,
    );
  };
  const { results } = await agent.batch(['a'], { complete: outer });
  assert.equal(results[0]?.result, 'BUDGET_EXCEEDED');
});

test('what the budget holds for a call without a slot goes to the nested one, for which its slot waits', async () => {
  const agent = new ParallelAgent({ model: 'm', concurrency: 1, maxTokens: 250, budget: { tokens: 700 } });
  const usage = { promptTokens: 1, completionTokens: 1 };
  const leaf = async () => ({ text: 'leaf', usage });
  const complete = async (/** @type {any} */ { messages }) => {
    if (messages.at(-1).content !== 'first') return { text: 'second', usage };
    const { results } = await agent.batch(['inner'], { complete: leaf });
    return { text: `first with a ${results[0].result}`, usage };
  };
  const { results } = await agent.batch(['first', 'second'], { complete, timeoutMs: 10_000, maxRetries: 0 });
  assert.deepEqual(
    results.map(({ result }) => result),
    ['first with a leaf', 'second'],
  );
});

test('without async contexts, as in a page, a run is nested that begins at once, or with the signal of the call', async () => {
  const program = `
    process.getBuiltinModule = undefined;
    const { ParallelAgent } = await import('parallelization-agent');
    const agent = new ParallelAgent({ concurrency: 1 });
    const complete = () => agent.batch(['x'], { complete: () => 'leaf' }).then(({ results }) => results[0].result);
    const { results } = await agent.batch(['a', 'b'], { complete });
    const later = async (_, { signal }) => {
      await null;
      return (await agent.batch(['x'], { complete: () => 'leaf', signal })).results[0].result;
    };
    const { results: others } = await agent.batch(['a', 'b'], { complete: later });
    console.log([...results, ...others].map(({ result }) => result).join());`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const cwd = new URL('.', import.meta.url);
  const stdout = await execScript(program, { cwd, env, timeout: 60_000 });
  assert.equal(stdout.trim(), 'leaf,leaf,leaf,leaf');
});
