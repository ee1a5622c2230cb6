import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Telemetry } from './index.js';

/** How an agent is traced. */
export interface OtelOptions {
  /**
   * Whether prompts, answers and the arguments of tools stand in the spans. Keys never do.
   * @default false
   * @example true
   */
  content?: boolean;
  /**
   * Who makes the spans.
   * @default the one that is registered globally
   * @example new BasicTracerProvider({ spanProcessors })
   */
  tracerProvider?: Pick<TracerProvider, 'getTracer'>;
  /**
   * Who takes the metrics.
   * @default the one that is registered globally
   * @example new MeterProvider({ readers })
   */
  meterProvider?: Pick<MeterProvider, 'getMeter'>;
}

/**
 * Spans and metrics of OpenTelemetry, by its conventions for generative AI: run → task → `chat
 * {model}` with all its tries, each an event with its code and wait → `execute_tool {name}`. Needs
 * `@opentelemetry/api`, and a context manager such as Node's SDK registers: requests of an
 * instrumented `fetch` then stand within the span of their call.
 * @example new ParallelAgent({ telemetry: otel({ content: false }) })
 */
export declare function otel(options?: OtelOptions): Telemetry;
