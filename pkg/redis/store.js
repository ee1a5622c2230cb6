// @ts-check
/**
 * A store of answers in Redis. Of several processes that ask the same at the same time, one is
 * given the lease to ask, and the others wait for what it keeps. A lease is renewed as long as its
 * holder lives, so that what a lost process was about to ask is asked by another soon.
 */

import { checkOptions } from '../check-options.js';
import { evaluator, isPositive, isPrefix, prefixWords } from './client.js';

/** How long a lease outlives its holder. */
const leaseMs = 10_000;
const renewMs = leaseMs / 3;

/** Between two looks for the answer of another, at first and in the end. */
const firstLookMs = 50;
const lastLookMs = 500;

/** The answer; else the lease, or that another has it. */
const claimScript = `
local value = redis.call('GET', KEYS[1])
if value then return {'value', value} end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return {'claimed'} end
return {'taken'}`;

const setScript = `
if ARGV[2] == '' then return redis.call('SET', KEYS[1], ARGV[1]) end
return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])`;

const getScript = `return redis.call('GET', KEYS[1])`;

const renewScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0`;

const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/**
 * @param {import('../redis.js').RedisClient} client
 * @param {import('../redis.js').RedisStoreOptions} [options]
 * @returns {import('../index.js').Store}
 */
export function redisStore(client, options = {}) {
  const evaluate = evaluator(client, 'redisStore');
  const isSwitch = (/** @type {unknown} */ value) => typeof value === 'boolean';
  checkOptions(options, {
    ttlMs: { what: 'a number of milliseconds from 1 up', is: isPositive },
    singleFlight: { what: '`true` or `false`', is: isSwitch },
    prefix: { what: prefixWords, is: isPrefix },
  });
  const { ttlMs, singleFlight = true, prefix = '' } = options;
  const nameOf = (/** @type {string} */ key) => prefix + key;
  const store = {
    get: (/** @type {string} */ key) => evaluate(getScript, [nameOf(key)], []),
    async set(/** @type {string} */ key, /** @type {string} */ value) {
      await evaluate(setScript, [nameOf(key)], [value, ttlMs === undefined ? '' : Math.ceil(ttlMs)]);
    },
  };
  if (!singleFlight) return store;
  return { ...store, claim: (/** @type {string} */ key) => claim(evaluate, nameOf(key)) };
}

/**
 * @param {import('./client.js').Evaluate} evaluate
 * @param {string} name
 */
function claim(evaluate, name) {
  // A cluster keeps both at one node: what stands in braces is what it goes by.
  const lease = `{${name}}:lease`;
  const token = `${Date.now()}-${Math.random()}`;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let renewal;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  let isOver = false;
  const giveBack = () => void evaluate(releaseScript, [lease], [token]).catch(() => {});

  /** @returns {Promise<string | undefined>} nothing for who is to ask */
  async function look(waitMs = firstLookMs) {
    const [state, value] = await evaluate(claimScript, [name, lease], [token, leaseMs]);
    if (state === 'value') return value;
    if (state === 'claimed') {
      if (isOver) giveBack();
      else hold();
      return undefined;
    }
    if (isOver) return undefined;
    await new Promise((resolve) => {
      // Not all at the same time.
      pause = setTimeout(resolve, waitMs * (0.75 + Math.random() / 2));
    });
    return look(Math.min(waitMs * 1.5, lastLookMs));
  }

  function hold() {
    renewal = setInterval(() => evaluate(renewScript, [lease], [token, leaseMs]).catch(() => {}), renewMs);
    /** @type {any} */ (renewal).unref?.();
  }

  const value = look();
  // The caller that would hear of its failure may be gone.
  value.catch(() => {});
  return {
    value,
    release() {
      isOver = true;
      clearTimeout(pause);
      if (renewal === undefined) return;
      clearInterval(renewal);
      giveBack();
    },
  };
}
