// @ts-check
/**
 * A run seen by OpenTelemetry: its spans, one within the other, on the console.
 * `docs/guide/tracing.md` sends them to a server.
 */

import { pathToFileURL } from 'node:url';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { parallelProcess } from 'parallelization-agent';
import { otel } from 'parallelization-agent/otel';

export const about = 'The spans of a run, as OpenTelemetry has them, on the console';

const subtasks = [
  { id: 'for', content: 'What speaks for a four-day week?' },
  { id: 'against', content: 'What speaks against a four-day week?' },
  { id: 'advice', content: 'What would you try first?', dependencies: ['for', 'against'] },
];

/** @param {import('parallelization-agent').AgentOptions} [options] */
export async function run(options) {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  // Without it, spans know nothing of each other. `NodeTracerProvider` and Node's SDK bring their
  // own.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  await parallelProcess('Weigh a four-day week', subtasks, {
    ...options,
    telemetry: otel({ tracerProvider, content: false }),
  });
  return exporter.getFinishedSpans();
}

/**
 * @param {import('@opentelemetry/sdk-trace-base').ReadableSpan[]} spans
 * @param {import('@opentelemetry/sdk-trace-base').ReadableSpan} [parent]
 * @param {string} [indent]
 */
export function print(spans, parent, indent = '') {
  for (const span of spans) {
    if (span.parentSpanContext?.spanId !== parent?.spanContext().spanId) continue;
    const tokens = span.attributes['gen_ai.usage.output_tokens'];
    const [seconds, nanoseconds] = span.duration;
    const ms = Math.round(seconds * 1e3 + nanoseconds / 1e6);
    console.log(`${indent}${span.name}  ${ms} ms${tokens ? `, ${tokens} tokens written` : ''}`);
    for (const { name, attributes } of span.events) console.log(`${indent}  · ${name}`, attributes);
    print(spans, span, `${indent}  `);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
