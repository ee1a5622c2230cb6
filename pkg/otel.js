// @ts-check
/**
 * Spans and metrics of OpenTelemetry for all that an agent does. Names are those of its conventions
 * for generative AI, v0.1 (open-telemetry/semantic-conventions-genai), written out here: its
 * packages have only the older ones. What they have no name for stands under
 * `parallelization_agent.`.
 */

import { context, createContextKey, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** @typedef {import('./index.js').TelemetryKind} Kind */
/** @typedef {import('@opentelemetry/api').Attributes} Attributes */
/** @typedef {Record<string, any>} Info */

const own = 'parallelization_agent';
/**
 * The span of the call that is under way, and what it is within: a hedged request stands beside it.
 */
const callKey = createContextKey(`${own}.call`);

/** What the conventions call the providers. @type {Record<string, string>} */
const providers = {
  openai: 'openai',
  'openai-responses': 'openai',
  anthropic: 'anthropic',
  gemini: 'gcp.gemini',
};

/** Of the conventions, in seconds. */
const buckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/**
 * @param {import('./otel.js').OtelOptions} [options]
 * @returns {import('./index.js').Telemetry}
 */
export function otel({ content = false, tracerProvider = trace, meterProvider = metrics } = {}) {
  const tracer = tracerProvider.getTracer('parallelization-agent');
  const meter = meterProvider.getMeter('parallelization-agent');
  const record = recorder(meter);
  return {
    content,
    observe: gauges(meter),
    begin(kind, /** @type {Info} */ info) {
      if (kind === 'retry') {
        trace.getActiveSpan()?.addEvent('retry', {
          [`${own}.code`]: info.code,
          [`${own}.wait_ms`]: info.waitMs,
        });
        return undefined;
      }
      const isHedge = kind === 'attempt' && info.isHedge;
      // The call's span covers all its attempts; only a hedged request has one of its own.
      if (kind === 'attempt' && !isHedge) return undefined;
      return isHedge ? beginHedge(tracer, info) : beginSpan(tracer, kind, info, record);
    },
  };
}

/**
 * @param {import('@opentelemetry/api').Tracer} tracer
 * @param {Kind} kind
 * @param {Info} info
 * @param {ReturnType<typeof recorder>} record
 */
function beginSpan(tracer, kind, info, record) {
  const parent = context.active();
  const startedAt = performance.now();
  const { name, attributes } = described(kind, info);
  const spanKind = kind === 'call' ? SpanKind.CLIENT : SpanKind.INTERNAL;
  const span = tracer.startSpan(name, { kind: spanKind, attributes }, parent);
  let within = trace.setSpan(parent, span);
  if (kind === 'call') within = within.setValue(callKey, { span, parent });
  return {
    run: (/** @type {() => void} */ turn) => context.with(within, turn),
    end(/** @type {Info} */ outcome) {
      finish(span, kind, outcome);
      record(kind, info, outcome, (performance.now() - startedAt) / 1000);
    },
  };
}

/**
 * A second request for a slow call: beside the call's span, and linked to it.
 * @param {import('@opentelemetry/api').Tracer} tracer
 * @param {Info} info
 */
function beginHedge(tracer, info) {
  const call = /** @type {any} */ (context.active().getValue(callKey));
  const parent = call?.parent ?? context.active();
  const { name, attributes } = described('call', info);
  const span = tracer.startSpan(
    name,
    {
      kind: SpanKind.CLIENT,
      attributes: { ...attributes, [`${own}.hedge`]: true },
      links: call ? [{ context: call.span.spanContext() }] : [],
    },
    parent,
  );
  const within = trace.setSpan(parent, span);
  return {
    run: (/** @type {() => void} */ turn) => context.with(within, turn),
    end: (/** @type {Info} */ outcome) => finish(span, 'call', outcome),
  };
}

/**
 * @param {Kind} kind
 * @param {Info} info
 * @returns {{ name: string, attributes: Attributes }}
 */
function described(kind, info) {
  switch (kind) {
    case 'run':
      return {
        name: `invoke_workflow ${info.strategy}`,
        attributes: {
          'gen_ai.operation.name': 'invoke_workflow',
          'gen_ai.agent.name': info.strategy,
          'gen_ai.conversation.id': info.threadId,
          [`${own}.run.id`]: info.runId,
          [`${own}.strategy`]: info.strategy,
        },
      };
    case 'task':
      return {
        name: `task ${info.taskId}`,
        attributes: { [`${own}.task.id`]: info.taskId, [`${own}.task.type`]: info.type },
      };
    case 'tool':
      return {
        name: `execute_tool ${info.name}`,
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': info.name,
          'gen_ai.tool.call.id': info.toolCallId,
          'gen_ai.tool.type': 'function',
          'gen_ai.tool.call.arguments': info.arguments,
          [`${own}.task.id`]: info.taskId,
        },
      };
    default:
      return { name: `chat ${info.model}`, attributes: askedOf(info) };
  }
}

/** @param {Info} info @returns {Attributes} */
function askedOf({ messages, ...info }) {
  const [address, port] = String(info.host).split(/:(?=\d+$)/);
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providers[info.provider] ?? info.provider,
    'gen_ai.request.model': info.model,
    'gen_ai.request.max_tokens': info.maxTokens,
    'gen_ai.request.temperature': info.temperature,
    'gen_ai.request.seed': info.seed,
    'gen_ai.request.stop_sequences': info.stop?.length > 0 ? info.stop : undefined,
    'gen_ai.request.stream': info.stream,
    'gen_ai.output.type': info.hasSchema ? 'json' : 'text',
    'gen_ai.input.messages': messages && JSON.stringify(messages.map(inputMessage)),
    'server.address': address,
    'server.port': port && Number(port),
    [`${own}.task.id`]: info.taskId,
  };
}

/** @param {Info} message  as the conventions have it: parts by type */
function inputMessage({ role, text, toolCalls, toolCallId }) {
  const calls = toolCalls.map((/** @type {Info} */ call) => ({ type: 'tool_call', ...call }));
  if (toolCallId) return { role, parts: [{ type: 'tool_call_response', id: toolCallId, response: text }] };
  return { role, parts: [...(text ? [{ type: 'text', content: text }] : []), ...calls] };
}

/**
 * @param {import('@opentelemetry/api').Span} span
 * @param {Kind} kind
 * @param {Info} outcome
 */
function finish(span, kind, outcome) {
  const { code, message, usage = {} } = outcome;
  if (kind === 'call') {
    span.setAttributes({
      'gen_ai.response.model': outcome.model,
      'gen_ai.response.id': outcome.requestId,
      'gen_ai.response.finish_reasons': outcome.finishReason ? [outcome.finishReason] : undefined,
      'gen_ai.usage.input_tokens': usage.promptTokens,
      'gen_ai.usage.output_tokens': usage.completionTokens,
      'gen_ai.usage.cache_read.input_tokens': usage.cachedTokens,
      'gen_ai.usage.cache_write.input_tokens': usage.cacheWriteTokens,
      'gen_ai.usage.reasoning.output_tokens': usage.reasoningTokens,
      'gen_ai.output.messages':
        outcome.text === undefined ? undefined : JSON.stringify([outputMessage(outcome)]),
      'http.response.status_code': outcome.status,
      [`${own}.cost`]: outcome.cost,
      [`${own}.from_store`]: outcome.fromStore,
    });
  }
  if (kind === 'run' && outcome.metadata) {
    span.setAttributes({
      [`${own}.tasks`]: outcome.metadata.totalTasks,
      [`${own}.retries`]: outcome.metadata.retries,
      [`${own}.cost`]: outcome.metadata.totalCost ?? undefined,
    });
  }
  if (code) {
    span.setAttribute('error.type', code);
    // What nobody needed any more is no error.
    if (code !== 'ABORTED') span.setStatus({ code: SpanStatusCode.ERROR, message });
  }
  span.end();
}

/** @param {Info} outcome */
function outputMessage({ text, toolCalls = [], finishReason }) {
  const message = inputMessage({ role: 'assistant', text, toolCalls });
  return { ...message, finish_reason: finishReason };
}

/** @param {import('@opentelemetry/api').Meter} meter */
function recorder(meter) {
  const seconds = (/** @type {string} */ name) =>
    meter.createHistogram(name, { unit: 's', advice: { explicitBucketBoundaries: buckets } });
  const tokens = (/** @type {string} */ name) =>
    meter.createCounter(`gen_ai.client.inference.usage.${name}`, { unit: '{token}' });
  const durations = {
    call: seconds('gen_ai.client.inference.duration'),
    tool: seconds('gen_ai.execute_tool.duration'),
    run: seconds('gen_ai.invoke_agent.duration'),
  };
  const counters = {
    promptTokens: tokens('input_tokens'),
    completionTokens: tokens('output_tokens'),
    cachedTokens: tokens('cache_read.input_tokens'),
    cacheWriteTokens: tokens('cache_write.input_tokens'),
    reasoningTokens: tokens('reasoning.output_tokens'),
  };
  return (
    /** @type {Kind} */ kind,
    /** @type {Info} */ info,
    /** @type {Info} */ outcome,
    /** @type {number} */ took,
  ) => {
    const attributes = metricAttributes(kind, info, outcome);
    durations[/** @type {keyof typeof durations} */ (kind)]?.record(took, attributes);
    if (kind !== 'call') return;
    for (const [name, counter] of Object.entries(counters)) {
      const count = outcome.usage?.[name];
      if (count > 0 && !outcome.fromStore) counter.add(count, attributes);
    }
  };
}

/**
 * What the limits hold back, of all agents together. They are not kept alive for it.
 * @param {import('@opentelemetry/api').Meter} meter
 */
function gauges(meter) {
  const queued = meter.createObservableGauge(`${own}.calls.queued`, { unit: '{call}' });
  const inFlight = meter.createObservableGauge(`${own}.calls.in_flight`, { unit: '{call}' });
  const utilization = meter.createObservableGauge(`${own}.limit.utilization`, { unit: '1' });
  /** @type {Set<WeakRef<{ status(): import('./index.js').AgentStatus }>>} */
  const agents = new Set();
  const gone = new FinalizationRegistry((/** @type {WeakRef<any>} */ agent) => agents.delete(agent));
  meter.addBatchObservableCallback(
    (observed) => {
      for (const { attributes, ...sums } of sumsOf([...agents].map((agent) => agent.deref()?.status()))) {
        observed.observe(queued, sums.queued, attributes);
        observed.observe(inFlight, sums.inFlight, attributes);
        for (const [limit, used] of Object.entries(sums.used))
          observed.observe(utilization, used, { ...attributes, [`${own}.limit`]: limit });
      }
    },
    [queued, inFlight, utilization],
  );
  return (/** @type {{ status(): import('./index.js').AgentStatus }} */ agent) => {
    const reference = new WeakRef(agent);
    agents.add(reference);
    gone.register(agent, reference);
  };
}

/**
 * One row for each model at each address. Of several agents, the one that is nearest to its limit
 * says how far it is used.
 * @param {(import('./index.js').AgentStatus | undefined)[]} statuses
 */
function sumsOf(statuses) {
  /** @typedef {{ queued: number, inFlight: number, used: Record<string, number> }} Sums */
  /** @type {Map<string, Sums & { attributes: Attributes }>} */
  const rows = new Map();
  for (const pool of statuses.flatMap((status) => status?.pools ?? [])) {
    const key = `${pool.host} ${pool.model}`;
    const [address] = String(pool.host ?? '').split(/:(?=\d+$)/);
    const attributes = { 'gen_ai.request.model': pool.model, ...(address && { 'server.address': address }) };
    const row = rows.get(key) ?? {
      attributes,
      queued: 0,
      inFlight: 0,
      used: /** @type {Record<string, number>} */ ({}),
    };
    rows.set(key, row);
    row.queued += pool.queued;
    row.inFlight += pool.inFlight;
    const shares = {
      concurrency: pool.level === null ? null : pool.inFlight / pool.level,
      requests: pool.requestsUsed,
      tokens: pool.tokensUsed,
    };
    for (const [limit, used] of Object.entries(shares))
      if (used !== null) row.used[limit] = Math.max(used, row.used[limit] ?? 0);
  }
  return rows.values();
}

/**
 * Few values each: no id is among them.
 * @param {Kind} kind
 * @param {Info} info
 * @param {Info} outcome
 * @returns {Attributes}
 */
function metricAttributes(kind, info, { code, model }) {
  const failed = code && { 'error.type': code };
  if (kind === 'tool')
    return { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': info.name, ...failed };
  if (kind === 'run')
    return { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.agent.name': info.strategy, ...failed };
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providers[info.provider] ?? info.provider,
    'gen_ai.request.model': info.model,
    ...(model && { 'gen_ai.response.model': model }),
    'server.address': String(info.host).replace(/:\d+$/, ''),
    ...failed,
  };
}
