// @ts-check
/**
 * Work that goes through a queue of BullMQ, over Redis or PostgreSQL. The queue and the workers are
 * the caller's own: nothing is imported.
 */

export { enqueue } from './bullmq/enqueue.js';
export { processor, recommended } from './bullmq/processor.js';
