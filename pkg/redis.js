// @ts-check
/** What several processes share by Redis. The client is the caller's own: nothing is imported. */

export { redisLimiter } from './redis/limiter.js';
export { redisStore } from './redis/store.js';
