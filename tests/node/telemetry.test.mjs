// @ts-check
/** What a run does, as OpenTelemetry's own SDK sees it, and what an agent tells of its limits. */

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { batch, ParallelAgent, parallelProcess } from 'parallelization-agent';
import { otel } from 'parallelization-agent/otel';
import { after, complete, respond, startModelServer } from './model-server.mjs';

const exporter = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
before(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
beforeEach(() => exporter.reset());

const usage = { promptTokens: 20, completionTokens: 6, cachedTokens: 5, reasoningTokens: 2 };
const one = [{ id: 'a', content: 'How many moths in the cellar?' }];

/** @param {string} name */
function spanNamed(name) {
  const span = exporter.getFinishedSpans().find((span) => span.name === name);
  assert.ok(span, `${name} is not among ${exporter.getFinishedSpans().map(({ name }) => name)}`);
  return span;
}

/**
 * The names of a span and of all that it is within, from the inside.
 * @param {any} span
 * @returns {string[]}
 */
function lineage(span) {
  const parent = exporter
    .getFinishedSpans()
    .find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
  return [span.name, ...(parent ? lineage(parent) : [])];
}

/** A model that answers nobody before it is released. */
function heldModel() {
  let calls = 0;
  /** @type {() => void} */
  let release = () => {};
  const released = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  return {
    release,
    async complete() {
      calls += 1;
      await released;
      return 'fine';
    },
    async called(/** @type {number} */ times) {
      while (calls < times) await after(1);
    },
  };
}

test('a run has spans for its tasks, calls and tools, one within the other, and what the caller does within a call is its child', async () => {
  const tracer = tracerProvider.getTracer('the caller');
  const agent = new ParallelAgent({ telemetry: otel({ tracerProvider }) });
  let calls = 0;
  await tracer.startActiveSpan('the request', async (span) => {
    await agent.parallelProcess('Count', one, {
      model: 'lepidoptera-1',
      aggregate: false,
      temperature: 0.5,
      tools: [
        {
          name: 'count',
          parameters: { type: 'object' },
          async execute() {
            await after(1);
            tracer.startSpan('within the tool').end();
            return 3;
          },
        },
      ],
      async complete() {
        calls += 1;
        await after(1);
        tracer.startSpan(`within call ${calls}`).end();
        if (calls === 1) return { toolCalls: [{ id: 'c1', name: 'count', arguments: {} }], usage };
        return { text: 'Three.', usage, finishReason: 'stop', model: 'lepidoptera-1b' };
      },
    });
    span.end();
  });
  const above = ['task a', 'invoke_workflow parallelProcess', 'the request'];
  assert.deepEqual(lineage(spanNamed('within call 1')), ['within call 1', 'chat lepidoptera-1', ...above]);
  assert.deepEqual(lineage(spanNamed('within the tool')), [
    'within the tool',
    'execute_tool count',
    ...above,
  ]);
  const call = exporter.getFinishedSpans().filter(({ name }) => name === 'chat lepidoptera-1')[1];
  assert.equal(call.kind, SpanKind.CLIENT);
  const { attributes } = call;
  assert.equal(attributes['gen_ai.operation.name'], 'chat');
  assert.equal(attributes['gen_ai.request.temperature'], 0.5);
  assert.equal(attributes['gen_ai.response.model'], 'lepidoptera-1b');
  assert.deepEqual(attributes['gen_ai.response.finish_reasons'], ['stop']);
  assert.equal(attributes['gen_ai.usage.input_tokens'], 20);
  assert.equal(attributes['gen_ai.usage.cache_read.input_tokens'], 5);
});

test('three runs at once, each in a trace of its own, never mix', async () => {
  const tracer = tracerProvider.getTracer('the caller');
  const agent = new ParallelAgent({ telemetry: otel({ tracerProvider }), concurrency: 2 });
  await Promise.all(
    ['x', 'y', 'z'].map((name) =>
      tracer.startActiveSpan(`request ${name}`, async (span) => {
        await agent.batch([`${name}1`, `${name}2`, `${name}3`, `${name}4`], {
          async complete({ messages }) {
            await after(1);
            tracer.startSpan(`sent ${String(messages.at(-1)?.content)}`).end();
            return 'fine';
          },
        });
        span.end();
      }),
    ),
  );
  const sent = exporter.getFinishedSpans().filter(({ name }) => name.startsWith('sent '));
  assert.equal(sent.length, 12);
  for (const span of sent) assert.equal(lineage(span).at(-1), `request ${span.name[5]}`);
});

test('retries are events of the call, a failure says its code, and no content is told unless asked', async (t) => {
  const server = await startModelServer(t, ({ index }, response) =>
    index === 0
      ? respond(response, 503, { error: { message: 'busy' } }, { 'retry-after-ms': '5' })
      : index === 1
        ? complete(response, 'Three hundred moths.')
        : respond(response, 400, { error: { message: 'No such field as the cellar' } }),
  );
  const options = { baseURL: server.baseURL, apiKey: 'the-key-of-this-test', model: 'm', aggregate: false };
  await parallelProcess('Count', one, { ...options, telemetry: otel({ tracerProvider }) });
  const span = spanNamed('chat m');
  assert.deepEqual(
    span.events.map(({ name, attributes }) => [
      name,
      attributes?.['parallelization_agent.code'],
      attributes?.['parallelization_agent.wait_ms'],
    ]),
    [['retry', 'API_ERROR', 5]],
  );
  assert.equal(span.attributes['server.address'], '127.0.0.1');
  const told = JSON.stringify(
    exporter.getFinishedSpans().map(({ name, attributes, events }) => [name, attributes, events]),
  );
  assert.doesNotMatch(told, /cellar|hundred|key-of-this/);

  exporter.reset();
  await assert.rejects(async () =>
    parallelProcess('Count', one, { ...options, telemetry: otel({ tracerProvider }) }),
  );
  const failures = exporter
    .getFinishedSpans()
    .map(({ name, attributes, status }) => [name, attributes, status]);
  assert.match(JSON.stringify(failures), /API_ERROR/);
  // What a server says of a failure may repeat what it was asked.
  assert.doesNotMatch(JSON.stringify(failures), /cellar/);

  exporter.reset();
  await assert.rejects(async () =>
    parallelProcess('Count', one, { ...options, telemetry: otel({ tracerProvider, content: true }) }),
  );
  const failed = spanNamed('chat m');
  assert.deepEqual(
    [failed.status.code, failed.attributes['error.type']],
    [SpanStatusCode.ERROR, 'API_ERROR'],
  );
  assert.match(String(failed.attributes['gen_ai.input.messages']), /cellar/);
  assert.match(String(failed.status.message), /No such field/);
  assert.equal(spanNamed('invoke_workflow parallelProcess').attributes['error.type'], 'RUN_FAILED');
});

test('a hedged request is a span beside that of its call, and linked to it', async () => {
  let calls = 0;
  await parallelProcess('Count', one, {
    telemetry: otel({ tracerProvider }),
    aggregate: false,
    hedge: { afterMs: 5 },
    complete: async (_, { signal }) => {
      calls += 1;
      if (calls === 2) return 'the second';
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  });
  const spans = exporter.getFinishedSpans().filter(({ name }) => name.startsWith('chat '));
  const hedge = spans.find(({ attributes }) => attributes['parallelization_agent.hedge']);
  const call = spans.find((span) => span !== hedge);
  assert.ok(hedge && call);
  assert.equal(hedge.links[0].context.spanId, call.spanContext().spanId);
  assert.deepEqual(lineage(hedge).slice(1), lineage(call).slice(1));
});

test('metrics count tokens and time by model', async () => {
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 3_600_000,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  await batch(['a', 'b'], {
    telemetry: otel({ tracerProvider, meterProvider }),
    model: 'm',
    complete: async () => ({ text: 'x', usage }),
  });
  await meterProvider.forceFlush();
  /** @type {Record<string, any>} */
  const values = {};
  for (const { scopeMetrics } of metricExporter.getMetrics())
    for (const { metrics } of scopeMetrics)
      for (const { descriptor, dataPoints } of metrics) values[descriptor.name] = dataPoints[0].value;
  assert.equal(values['gen_ai.client.inference.usage.input_tokens'], 40);
  assert.equal(values['gen_ai.client.inference.usage.output_tokens'], 12);
  assert.equal(values['gen_ai.client.inference.duration'].count, 2);
  await meterProvider.shutdown();
});

test('a run that is refused for its input has a span that ends', async () => {
  const telemetry = otel({ tracerProvider });
  await assert.rejects(async () => batch([], { telemetry, concurrency: -1 }));
  assert.equal(spanNamed('invoke_workflow batch').attributes['error.type'], 'INVALID_INPUT');
});

test('gauges tell what waits, what is under way, and how far each limit is used', async (t) => {
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 3_600_000,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  t.after(() => meterProvider.shutdown());
  const telemetry = otel({ tracerProvider, meterProvider });
  const model = heldModel();
  const limits = { concurrency: 2, requestsPerMinute: 10 };
  const agents = [1, 2].map(() => new ParallelAgent({ telemetry, model: 'm', ...limits }));
  const runs = agents.map((agent) => agent.batch(['a', 'b', 'c'], { complete: model.complete }));
  await model.called(4);
  await meterProvider.forceFlush();
  /** @type {Record<string, number>} */
  const values = {};
  for (const { scopeMetrics } of metricExporter.getMetrics())
    for (const { metrics } of scopeMetrics)
      for (const { descriptor, dataPoints } of metrics)
        for (const { attributes, value } of dataPoints)
          if (descriptor.name.startsWith('parallelization_agent.'))
            values[[descriptor.name, attributes['parallelization_agent.limit']].join(' ').trim()] =
              /** @type {number} */ (value);
  assert.deepEqual(values, {
    'parallelization_agent.calls.queued': 2,
    'parallelization_agent.calls.in_flight': 4,
    'parallelization_agent.limit.utilization concurrency': 1,
    'parallelization_agent.limit.utilization requests': 0.2,
  });
  model.release();
  await Promise.all(runs);
});

test('an agent tells at any moment what its limits hold back', async (t) => {
  let calls = 0;
  const server = await startModelServer(t, (_, response) => {
    calls += 1;
    if (calls === 1) respond(response, 429, { error: { message: 'slow down' } }, { 'retry-after': '30' });
  });
  const model = heldModel();
  const agent = new ParallelAgent({ requestsPerMinute: 10, tokensPerMinute: 1_000 });
  assert.deepEqual(agent.status(), { queued: 0, inFlight: 0, pools: [] });
  const waits = agent.batch(['a', 'b'], {
    baseURL: server.baseURL,
    apiKey: 'the-key-of-this-test',
    model: 'paused',
    maxTokens: 100,
  });
  const own = agent.batch(['c'], { model: 'own', maxTokens: 50, complete: model.complete });
  t.after(() => {
    model.release();
    waits.abort();
  });
  await model.called(1);
  while (agent.status().pools.every(({ pausedUntilMs }) => pausedUntilMs === null)) await after(2);
  const { queued, inFlight, pools } = agent.status();
  const [function_, paused] = [...pools].sort((a, b) => a.model.localeCompare(b.model));
  assert.deepEqual([function_.model, function_.host, function_.inFlight], ['own', null, 1]);
  assert.deepEqual([paused.model, paused.host], ['paused', new URL(server.baseURL).host]);
  const pausedFor = Number(paused.pausedUntilMs) - Date.now();
  assert.ok(pausedFor > 25_000 && pausedFor <= 30_000, `${pausedFor} ms`);
  assert.equal(function_.pausedUntilMs, null);
  assert.equal(function_.requestsUsed, 0.1);
  assert.ok(Number(function_.tokensUsed) > 0.05 && Number(function_.tokensUsed) < 0.1);
  assert.ok(Number(paused.level) >= 1);
  assert.ok(queued <= 1 && inFlight >= 1);
  // Two clocks make a date, and may be a millisecond apart.
  const dateless = (/** @type {any[]} */ rows) => rows.map((row) => ({ ...row, pausedUntilMs: null }));
  assert.deepEqual(dateless(own.snapshot().pools), dateless(agent.status().pools));
  assert.doesNotMatch(JSON.stringify(pools), /key-of-this/);
  model.release();
  await own;
  waits.abort();
  await assert.rejects(async () => waits);
  assert.deepEqual([agent.status().queued, agent.status().inFlight], [0, 0]);
});

test('faults of who watches never touch a run', async () => {
  const throws = () => {
    throw new Error('a fault of telemetry');
  };
  const twice = { run: (/** @type {() => void} */ turn) => [turn(), turn()], end: throws };
  const late = { run: (/** @type {() => void} */ turn) => [turn(), throws()] };
  const observe = throws;
  for (const span of [{ run: throws }, { end: throws }, { run() {} }, twice, late, 7]) {
    const telemetry = { begin: () => /** @type {any} */ (span), observe };
    const { results } = await batch(['a'], { telemetry, complete: async () => 'fine' });
    assert.equal(results[0].result, 'fine');
  }
  const { results } = await batch(['a'], { telemetry: { begin: throws }, complete: async () => 'fine' });
  assert.equal(results[0].result, 'fine');
});

test('without anybody who watches, the core is told nothing', async () => {
  assert.equal(trace.getActiveSpan(), undefined);
  await batch(['a'], { complete: async () => 'fine' });
  assert.equal(exporter.getFinishedSpans().length, 0);
});
