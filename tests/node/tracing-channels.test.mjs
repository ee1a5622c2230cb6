// @ts-check
/** What a run does, as Node's tracing channels tell it. */

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import diagnostics from 'node:diagnostics_channel';
import { test } from 'node:test';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { batch, parallelProcess } from 'parallelization-agent';
import { otel } from 'parallelization-agent/otel';
import { after } from './model-server.mjs';

test('tracing channels tell of runs, tasks, calls, attempts and tools, and stores bound to them hold within', async () => {
  /** @type {string[]} */
  const log = [];
  const store = new AsyncLocalStorage();
  const handlers = Object.fromEntries(
    ['run', 'task', 'call', 'attempt'].map((kind) => [
      kind,
      {
        start: () => log.push(`${kind} begins`),
        asyncEnd: (/** @type {any} */ message) => log.push(`${kind} ends ${message.error?.code ?? 'well'}`),
      },
    ]),
  );
  const channel = (/** @type {string} */ kind) => diagnostics.tracingChannel(`parallelization-agent:${kind}`);
  for (const [kind, handler] of Object.entries(handlers))
    channel(kind).subscribe(/** @type {any} */ (handler));
  channel('call').start.bindStore(store, (/** @type {any} */ { taskId }) => taskId);
  /** @type {unknown[]} */
  const seen = [];
  await batch(
    ['x', 'y'].map((id) => ({ id, content: id })),
    {
      concurrency: 1,
      complete: async () => {
        await after(1);
        seen.push(store.getStore());
        return 'fine';
      },
    },
  );
  for (const [kind, handler] of Object.entries(handlers))
    channel(kind).unsubscribe(/** @type {any} */ (handler));
  channel('call').start.unbindStore(store);
  assert.deepEqual(seen, ['x', 'y']);
  assert.equal(log[0], 'run begins');
  assert.equal(log.at(-1), 'run ends well');
  assert.equal(log.filter((line) => line === 'attempt ends well').length, 2);
});

test('channels tell no content, though a telemetry of the same run asks for it', async () => {
  /** @type {unknown[]} */
  const heard = [];
  const listen = (/** @type {unknown} */ message) => heard.push(structuredClone(message));
  const handlers = { start: listen, end() {}, asyncStart() {}, asyncEnd: listen, error() {} };
  const channels = ['run', 'task', 'call', 'attempt', 'tool'].map((kind) =>
    diagnostics.tracingChannel(`parallelization-agent:${kind}`),
  );
  for (const channel of channels) channel.subscribe(/** @type {any} */ (handlers));
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const telemetry = otel({ tracerProvider, content: true });
  const content = 'How many moths in the cellar?';
  await parallelProcess(
    'Count',
    [
      { id: 'a', content },
      { id: 'b', content, type: 'refuses' },
    ],
    {
      telemetry,
      aggregate: false,
      tools: [{ name: 'count', parameters: { type: 'object' }, execute: () => 'moths' }],
      workers: { refuses: { complete: () => Promise.reject(new Error('no moths')) } },
      maxRetries: 0,
      complete: async ({ messages }) =>
        messages.at(-1)?.role === 'tool'
          ? 'Three moths.'
          : { toolCalls: [{ id: 'c', name: 'count', arguments: { of: 'moths' } }] },
    },
  );
  for (const channel of channels) channel.unsubscribe(/** @type {any} */ (handlers));
  const told = JSON.stringify(heard);
  assert.match(told, /"toolCallId":"c"/);
  assert.match(told, /"strategy":"parallelProcess".*"attempt":1,"waitedMs":\d/);
  assert.doesNotMatch(told, /moths/);
  assert.match(JSON.stringify(exporter.getFinishedSpans().map(({ attributes }) => attributes)), /moths/);
});
