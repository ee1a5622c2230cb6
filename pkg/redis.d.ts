import type { SharedLimiter, Store } from './index.js';

/**
 * A client of Redis or Valkey: of `ioredis`, or of `redis` (node-redis), alone or of a cluster. It
 * is known by its shape; nothing is imported, and opening and closing it is up to you.
 */
export interface RedisClient {
  // biome-ignore lint/suspicious/noExplicitAny: the clients take their arguments differently.
  eval(...given: any[]): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  sendCommand(...given: any[]): any;
}

/** How answers are kept. */
export interface RedisStoreOptions {
  /** How long an answer is kept, in milliseconds. @default for ever @example 7 * 86_400_000 */
  ttlMs?: number | undefined;
  /**
   * Whether of several calls that ask the same at the same time, in whatever processes, only one is
   * sent: the others wait for what it keeps. Should its process be lost, one of them asks after ten
   * seconds.
   * @default true
   */
  singleFlight?: boolean | undefined;
  /** Stands before each key. No braces. @default '' @example 'production/' */
  prefix?: string | undefined;
}

/**
 * A store of answers in Redis, for any number of processes.
 * @throws InvalidInputError for what is no client, and for wrong options
 * @example
 * import { Redis } from 'ioredis';
 * import { ParallelAgent } from 'parallelization-agent';
 * import { redisStore } from 'parallelization-agent/redis';
 * const agent = new ParallelAgent({ store: redisStore(new Redis(), { ttlMs: 7 * 86_400_000 }) });
 */
export declare function redisStore(client: RedisClient, options?: RedisStoreOptions): Store;

/** What is shared. At least one of the limits. */
export interface RedisLimiterOptions {
  /**
   * Requests in any minute, of all processes together, for each model at each host.
   * @default no limit
   * @example 500
   */
  requestsPerMinute?: number | undefined;
  /**
   * Tokens in any minute, read and written. What a call may use is set aside until it is known
   * what it used.
   * @default no limit
   * @example 200_000
   */
  tokensPerMinute?: number | undefined;
  /**
   * Requests under way at once. Those of a process that is lost are free again after 30 seconds.
   * A call of `complete` that runs something on its own agent keeps its place meanwhile: allow more
   * than there are of those at once, in all processes together.
   * @default no limit
   * @example 64
   */
  concurrency?: number | undefined;
  /**
   * Begins each key; processes that share a limit have the same one. No braces.
   * @default 'parallelization-agent'
   * @example 'llm'
   */
  prefix?: string | undefined;
  /**
   * The length of the "minute", in milliseconds, for servers that count by another time.
   * @default 60_000
   * @example 1_000
   */
  windowMs?: number | undefined;
}

/**
 * A limit that any number of processes share in Redis. No minute, wherever it begins, sees more
 * than the limit. While Redis cannot be reached, each goes by its own limits.
 * @throws InvalidInputError for what is no client, and for wrong options
 * @example
 * const limiter = redisLimiter(new Redis(), { requestsPerMinute: 500, concurrency: 64 });
 * const agent = new ParallelAgent({ limiter });
 */
export declare function redisLimiter(client: RedisClient, options: RedisLimiterOptions): SharedLimiter;
