// @ts-check
/**
 * A limit that several processes share in Redis: a log of what was booked in the last minute, as
 * the core has its own, and leases for what is under way. All is decided in one script, by Redis's
 * clock. A window that begins anew each minute, as most limits in Redis have it, would let twice
 * the limit through around its end.
 */

import { checkOptions } from '../check-options.js';
import { InvalidInputError } from '../errors.js';
import { evaluator, isPositive, isPrefix, prefixWords } from './client.js';

/** How long a lease outlives its holder. */
const leaseMs = 30_000;
const renewMs = leaseMs / 3;
/** Between two looks for a lease, where all are taken. */
const lookMs = 50;

/**
 * What they all begin with. The log has each booking at the time at which the server has counted it
 * at the latest; the table has its tokens, their sum, when the last may go, and until when a server
 * asked for a pause.
 */
const head = `
local log, amounts, leases = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function number(field) return tonumber(redis.call('HGET', amounts, field) or '0') end
local function keep(ms)
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ms) end
end
local function change(id, amount)
  redis.call('HINCRBYFLOAT', amounts, 'sum', amount - number(id))
  redis.call('HSET', amounts, id, amount)
end
local function forget(id)
  redis.call('HINCRBYFLOAT', amounts, 'sum', -number(id))
  redis.call('HDEL', amounts, id)
  redis.call('ZREM', log, id)
end
`;

/** Gives how long to wait; less than nothing where all leases are taken. */
const bookScript = `${head}
local id, want = ARGV[1], tonumber(ARGV[2])
local requests, tokens, concurrency = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local window, way, lease = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
for _, old in ipairs(redis.call('ZRANGEBYSCORE', log, '-inf', now - window)) do forget(old) end
if concurrency then
  redis.call('ZREMRANGEBYSCORE', leases, '-inf', now)
  if redis.call('ZCARD', leases) >= concurrency then return -1 end
end
local at = math.max(now, number('pause'), number('last'))
if requests then
  local first = redis.call('ZCARD', log) - requests
  if first >= 0 then
    local entry = redis.call('ZRANGE', log, first, first, 'WITHSCORES')
    at = math.max(at, tonumber(entry[2]) + window)
  end
end
if tokens then
  want = math.min(want, tokens)
  local excess = number('sum') + want - tokens
  local index = 0
  while excess > 0 do
    local entry = redis.call('ZRANGE', log, index, index, 'WITHSCORES')
    if not entry[1] then break end
    excess = excess - number(entry[1])
    at = math.max(at, tonumber(entry[2]) + window)
    index = index + 1
  end
end
at = math.ceil(at)
redis.call('ZADD', log, at + way, id)
change(id, want)
redis.call('HSET', amounts, 'last', at)
if concurrency then redis.call('ZADD', leases, at + lease, id) end
keep(at - now + 2 * window + lease)
return at - now`;

const settleScript = `${head}
local id, tokens = ARGV[1], tonumber(ARGV[2])
redis.call('ZREM', leases, id)
local score = redis.call('ZSCORE', log, id)
if not score then return 0 end
if not tokens then
  forget(id)
  return 0
end
change(id, tokens)
redis.call('ZADD', log, math.min(tonumber(score), now), id)
return 1`;

const pauseScript = `${head}
local till = now + tonumber(ARGV[1])
if till > number('pause') then redis.call('HSET', amounts, 'pause', till) end
keep(tonumber(ARGV[1]) + tonumber(ARGV[2]))
return 1`;

const renewScript = `${head}
for index = 2, #ARGV do redis.call('ZADD', leases, 'GT', now + tonumber(ARGV[1]), ARGV[index]) end
return 1`;

/**
 * @param {import('../redis.js').RedisClient} client
 * @param {import('../redis.js').RedisLimiterOptions} options
 * @returns {import('../index.js').SharedLimiter}
 */
export function redisLimiter(client, options) {
  const evaluate = evaluator(client, 'redisLimiter');
  const count = { what: 'a number from 1 up', is: isPositive };
  checkOptions(options, {
    requestsPerMinute: count,
    tokensPerMinute: count,
    concurrency: count,
    windowMs: count,
    prefix: { what: prefixWords, is: isPrefix },
  });
  if (![options?.requestsPerMinute, options?.tokensPerMinute, options?.concurrency].some(isPositive)) {
    const message = 'Expected at least one of `requestsPerMinute`, `tokensPerMinute` and `concurrency`.';
    throw new InvalidInputError([{ path: 'options', message, received: 'none of them' }]);
  }
  const { requestsPerMinute, tokensPerMinute, concurrency } = options;
  const { windowMs = 60_000, prefix = 'parallelization-agent' } = options;
  // What a server's clock may hide of a minute, and how late it may count a request: as the core
  // has it.
  const window = Math.ceil(windowMs * (1 + 1 / 240));
  const way = Math.min(2_000, Math.ceil(windowMs / 4));
  const limits = [requestsPerMinute, tokensPerMinute, concurrency].map((limit) =>
    limit === undefined ? '' : Math.floor(limit),
  );
  const keysOf = (/** @type {string} */ pool) =>
    ['log', 'amounts', 'leases'].map((name) => `{${prefix}:${pool.replaceAll(/[{}]/g, '')}}:${name}`);
  const leases = held(evaluate, keysOf);
  return {
    async book(pool, { tokens }) {
      const id = `${Date.now()}-${Math.random()}`;
      for (;;) {
        const values = [id, Math.ceil(tokens), ...limits, window, way, leaseMs];
        const waitMs = Number(await evaluate(bookScript, keysOf(pool), values));
        if (waitMs >= 0) {
          if (concurrency !== undefined) leases.add(pool, id);
          return { waitMs, id };
        }
        await new Promise((resolve) => {
          /** @type {any} */ (setTimeout(resolve, lookMs * (0.5 + Math.random()))).unref?.();
        });
      }
    },
    settle(pool, id, took) {
      leases.delete(pool, id);
      const tokens = took === null ? '' : Math.ceil(took.tokens);
      // One that is lost leaves the estimate where it stands, and its lease ends by itself.
      evaluate(settleScript, keysOf(pool), [id, tokens]).catch(() => {});
    },
    pause(pool, untilMs) {
      const ms = Math.max(0, Math.ceil(untilMs - Date.now()));
      evaluate(pauseScript, keysOf(pool), [ms, 2 * window]).catch(() => {});
    },
  };
}

/**
 * Renews the leases of this process while it has any.
 * @param {import('./client.js').Evaluate} evaluate
 * @param {(pool: string) => string[]} keysOf
 */
function held(evaluate, keysOf) {
  /** @type {Map<string, Set<string>>} */
  const pools = new Map();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const renew = () => {
    for (const [pool, ids] of pools) evaluate(renewScript, keysOf(pool), [leaseMs, ...ids]).catch(() => {});
  };
  return {
    add(/** @type {string} */ pool, /** @type {string} */ id) {
      const ids = pools.get(pool) ?? new Set();
      pools.set(pool, ids.add(id));
      if (timer !== undefined) return;
      timer = setInterval(renew, renewMs);
      /** @type {any} */ (timer).unref?.();
    },
    delete(/** @type {string} */ pool, /** @type {string} */ id) {
      const ids = pools.get(pool);
      ids?.delete(id);
      if (ids?.size === 0) pools.delete(pool);
      if (pools.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}
