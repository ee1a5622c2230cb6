// @ts-check
/**
 * Who watches a run: Node's tracing channels `parallelization-agent:run`, `:task`, `:call`,
 * `:attempt` and `:tool`, and the agent's `telemetry`. Where nobody does, the core is not told to
 * tell. A fault of who watches never reaches a run. Prompts and answers are told to a `telemetry`
 * that asks for them, and never on a channel, which anything in the process can read.
 */

import { currentContext } from './context.js';
import { builtin } from './surroundings.js';

/** @typedef {import('./index.js').Telemetry} Telemetry */
/** @typedef {import('./index.js').TelemetrySpan} TelemetrySpan */
/** @typedef {import('./context.js').Context} Context */
/** @typedef {Record<string, any>} Info */

const kinds = ['run', 'task', 'call', 'attempt', 'tool'];
const { tracingChannel } = builtin('node:diagnostics_channel');
/** @type {Map<string, any>} */
const channels = new Map(
  tracingChannel ? kinds.map((kind) => [kind, tracingChannel(`parallelization-agent:${kind}`)]) : [],
);

/**
 * Where a look at it throws, the core reports that with all else that is wrong.
 * @param {any} telemetry
 */
function canBegin(telemetry) {
  try {
    return typeof telemetry?.begin === 'function';
  } catch {
    return false;
  }
}

/**
 * Starts a run, and has it watched from here to its end.
 * @template {{ outcome: Promise<any> }} T
 * @param {Telemetry | undefined} telemetry
 * @param {Info} info
 * @param {Context | undefined} context  in which it begins
 * @param {(context: (Context & { tracer?: Tracer }) | undefined) => T} start
 * @returns {T}
 */
export function watched(telemetry, info, context, start) {
  const isHeard = kinds.some((kind) => isSubscribed(channels.get(kind)));
  if (!isHeard && !canBegin(telemetry)) return start(context);
  const tracer = new Tracer(telemetry);
  /** @type {Spans | undefined} */
  let span;
  let inner = context;
  // All that is within the run is to find the run's span about it.
  const begin = () => {
    span = tracer.begin('run', info);
    span?.run(() => {
      inner = currentContext();
    });
  };
  if (context) context.run(begin);
  else begin();
  const run = (/** @type {() => void} */ turn) => (inner ? inner.run(turn) : turn());
  const failed = (/** @type {any} */ error) =>
    span?.end({
      code: error?.code ?? (error?.issues ? 'INVALID_INPUT' : 'RUN_FAILED'),
      ...(tracer.content && { message: error?.message }),
      metadata: error?.metadata,
    });
  try {
    const core = start({ run, tracer });
    core.outcome.then((result) => span?.end({ metadata: result?.metadata }), failed);
    return core;
  } catch (error) {
    failed(error);
    throw error;
  }
}

/**
 * An agent that can be asked what its limits hold back.
 * @param {() => Telemetry | undefined} telemetry  which may throw where it is read
 * @param {{ status(): import('./index.js').AgentStatus }} agent
 */
export function observed(telemetry, agent) {
  harmless(() => telemetry()?.observe?.(agent));
}

class Tracer {
  #telemetry;

  /** @param {Telemetry | undefined} telemetry */
  constructor(telemetry) {
    this.#telemetry = canBegin(telemetry) ? telemetry : undefined;
    /** Whether prompts and answers may be told. */
    this.content = this.#telemetry?.content === true;
  }

  /**
   * @param {string} kind
   * @param {Info} info
   */
  begin(kind, info) {
    const channel = channels.get(kind);
    const published = isSubscribed(channel) ? new Published(channel, info) : undefined;
    const span = harmless(() => this.#telemetry?.begin(/** @type {any} */ (kind), info)) || undefined;
    if (!published) return span && new Spans([span]);
    return new Spans(span ? [published, span] : [published]);
  }
}

/** One thing under way, as each of those who watch has it. */
class Spans {
  #spans;

  /** @param {TelemetrySpan[]} spans */
  constructor(spans) {
    this.#spans = spans;
  }

  /** Calls `turn` within all of them, and once whatever they do. @param {() => void} turn */
  run(turn) {
    let isTaken = false;
    const once = () => {
      if (isTaken) return;
      isTaken = true;
      turn();
    };
    const within = this.#spans.reduceRight(
      (inner, span) => () => (span.run ? span.run(inner) : inner()),
      once,
    );
    // What the turn itself throws goes no further than the core.
    harmless(within);
    once();
  }

  /** @param {Info} outcome */
  end(outcome) {
    for (const span of this.#spans) harmless(() => span.end?.(outcome));
  }
}

/** A message on a tracing channel, published in the order in which Node's `tracePromise` does. */
class Published {
  #channel;
  #message;
  /** @type {import('./context.js').Context | undefined} */
  #context;

  /**
   * @param {any} channel
   * @param {Info} info
   */
  constructor(channel, info) {
    this.#channel = channel;
    this.#message = withoutContent(info);
    // Stores that are bound to the channel hold for all that is within.
    harmless(() =>
      channel.start.runStores(this.#message, () => {
        this.#context = currentContext();
        channel.end.publish(this.#message);
      }),
    );
  }

  /** @param {() => void} turn */
  run(turn) {
    if (this.#context) this.#context.run(turn);
    else turn();
  }

  /** @param {Info} info */
  end(info) {
    const [channel, message] = [this.#channel, this.#message];
    const outcome = withoutContent(info);
    if (outcome.code) {
      message.error = outcome;
      channel.error.publish(message);
    } else {
      message.result = outcome;
    }
    channel.asyncStart.publish(message);
    channel.asyncEnd.publish(message);
  }
}

/** @param {Info} info @returns {Info} */
function withoutContent(info) {
  const { messages, arguments: _, text, toolCalls, message, ...rest } = info;
  return rest;
}

/** `hasSubscribers` of the whole is newer than Node 20. @param {any} channel */
function isSubscribed(channel) {
  if (!channel) return false;
  return ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].some((name) => channel[name].hasSubscribers);
}

/**
 * @template T
 * @param {() => T} call
 */
function harmless(call) {
  try {
    return call();
  } catch {
    return undefined;
  }
}
