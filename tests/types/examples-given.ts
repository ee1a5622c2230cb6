/**
 * What the examples in the types take for granted: the package, libraries of schemas and models,
 * and a program around them.
 */

export { readFileSync } from 'node:fs';
export { readFile } from 'node:fs/promises';
export { openai } from '@ai-sdk/openai';
export { MeterProvider } from '@opentelemetry/sdk-metrics';
export { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
export { generateText } from 'ai';
export { Queue, QueueEvents, Worker } from 'bullmq';
export { Redis } from 'ioredis';
export {
  AbortError,
  batch,
  bestOf,
  clones,
  evaluate,
  eventStreamHeaders,
  guarded,
  InvalidInputError,
  isParallelError,
  mapReduce,
  ParallelAgent,
  ParallelError,
  parallelProcess,
  perspectives,
  type StandardSchema,
  type Store,
  type Subtask,
  sectioning,
  tool,
  voting,
} from 'parallelization-agent';
export { fromLangChain, fromPromptApi } from 'parallelization-agent/adapters';
export { enqueue, processor, recommended } from 'parallelization-agent/bullmq';
export { nodeFetch } from 'parallelization-agent/node';
export { otel } from 'parallelization-agent/otel';
export { redisLimiter, redisStore } from 'parallelization-agent/redis';
export { FileStore } from 'parallelization-agent/store-file';
export { z } from 'zod';

import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type {
  BatchTaskResult,
  ParallelRun,
  ProcessResult,
  Subtask,
  TaskResult,
  Tool,
} from 'parallelization-agent';

declare global {
  type Moths = { moths: number };
  type Bats = { bats: number };
  class ChatOpenAI {
    constructor(fields: { maxRetries: number });
    invoke(input: unknown, options?: unknown): Promise<{ content: string }>;
    stream(input: unknown, options?: unknown): Promise<AsyncIterable<{ content: string }>>;
  }

  const subtasks: Subtask[];
  /** The function, or what it gave. */
  const run: typeof import('parallelization-agent').run & ParallelRun<ProcessResult>;
  const task: TaskResult & string;
  const row: BatchTaskResult<{ positive: boolean }>;
  const articles: string[];
  const lines: string[];
  const reviews: string[];
  const kept: Map<string, string>;
  const plan: string;
  const connection: { host: string };
  const tools: Record<'weather', Tool>;
  function ask(messages: unknown[]): Promise<string>;
  const essay: string;
  const question: string;
  const error: unknown;
  const schema: import('zod').ZodType;
  const parameters: import('zod').ZodType;
  const spanProcessors: SpanProcessor[];
  const readers: MetricReader[];

  const bar: HTMLProgressElement;
  const button: HTMLButtonElement;
  const database: { save(id: string, text: string | null): Promise<void> };
  const env: { GATEWAY: { fetch: typeof fetch } };
  const client: { chat(messages: unknown[], options: { signal: AbortSignal }): Promise<{ text: string }> };
  function forecast(city: string): Promise<string>;
  function forecastOf(city: string): string;
  function show(text: string): void;
}
