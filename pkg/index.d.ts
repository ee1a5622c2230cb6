/**
 * Runs many LLM calls in parallel: as fast as their graph allows, through rate limits, failures and
 * time-outs, with every token accounted for.
 *
 * @packageDocumentation
 */

export * from './types/agent.js';
export * from './types/candidates.js';
export * from './types/errors.js';
export * from './types/events.js';
export * from './types/model-function.js';
export * from './types/options.js';
export * from './types/plugins.js';
export * from './types/process.js';
export * from './types/prompt.js';
export * from './types/results.js';
export * from './types/rows.js';
export * from './types/run.js';
export * from './types/schema.js';
export * from './types/tool.js';
export * from './types/voting.js';
export * from './types/worker.js';
