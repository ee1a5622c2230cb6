// @ts-check
/**
 * OpenTelemetry's own instrumentation of Node's `fetch`: its spans stand below those of the calls
 * that send, and servers are told of them.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { ParallelAgent } from 'parallelization-agent';
import { otel } from 'parallelization-agent/otel';
import { after, complete, respond, startModelServer } from './model-server.mjs';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
const instrumentation = new UndiciInstrumentation();
instrumentation.setTracerProvider(provider);

/** What was sent: the span of each request, by the question that it asked. */
function sentSpans() {
  const spans = exporter.getFinishedSpans();
  const parentOf = (/** @type {any} */ span) =>
    spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
  const requests = spans.filter(
    ({ instrumentationScope }) => instrumentationScope.name === instrumentation.instrumentationName,
  );
  return requests.map((span) => ({ id: span.spanContext().spanId, parent: parentOf(span), parentOf }));
}

test('each request of fetch is a span below its call, over retries and among runs that share an agent', async (t) => {
  exporter.reset();
  const refused = new Set();
  const server = await startModelServer(t, async ({ body }, response) => {
    const question = body.messages.at(-1).content;
    await after(2);
    if (refused.has(question)) return complete(response, 'fine');
    refused.add(question);
    respond(response, 503, {}, { 'retry-after-ms': '1' });
  });
  const agent = new ParallelAgent({
    baseURL: server.baseURL,
    telemetry: otel(),
    concurrency: 2,
    maxRetries: 5,
  });
  const tracer = provider.getTracer('the caller');
  await Promise.all(
    ['x', 'y', 'z'].map((name) =>
      tracer.startActiveSpan(`visitor ${name}`, async (span) => {
        await agent.batch([`${name}1`, `${name}2`, `${name}3`]);
        span.end();
      }),
    ),
  );
  const sent = sentSpans();
  assert.equal(sent.length, 18, 'each question is sent twice');
  for (const { parent } of sent) assert.equal(parent?.name, 'chat gpt-5.6-luna');
  const byId = new Map(sent.map((span) => [span.id, span]));
  for (const { headers, body } of server.requests) {
    const span = byId.get(String(headers.traceparent).split('-')[2]);
    assert.ok(span, 'the server is told which span the request is');
    let above = span.parent;
    while (above && span.parentOf(above)) above = span.parentOf(above);
    assert.equal(above?.name, `visitor ${body.messages.at(-1).content[0]}`);
  }
});

test('a hedged request of fetch is a span below the hedge, not below its call', async (t) => {
  exporter.reset();
  let requests = 0;
  const server = await startModelServer(t, async (_, response) => {
    requests += 1;
    if (requests === 2) return complete(response, 'fine');
    await after(1000);
    complete(response, 'late');
  });
  const agent = new ParallelAgent({
    baseURL: server.baseURL,
    telemetry: otel(),
    hedge: { afterMs: 30 },
  });
  const { metadata } = await agent.batch(['x']);
  assert.equal(metadata.hedges, 1);
  await after(20);
  const parents = sentSpans().map(({ parent }) => parent?.attributes['parallelization_agent.hedge'] ?? false);
  assert.deepEqual(parents.sort(), [false, true]);
});
