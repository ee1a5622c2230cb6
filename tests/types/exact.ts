/**
 * That options may be `undefined` under `exactOptionalPropertyTypes`; see tsconfig.json beside it.
 * Nothing here runs.
 */

import { batch, ParallelAgent, parallelProcess, type Subtask, voting } from 'parallelization-agent';

declare const environment: { key?: string; signal?: AbortSignal; limit?: number };

const given = { apiKey: environment.key, signal: environment.signal, model: environment.key };
const subtask: Subtask = { id: 'a', content: 'x', type: environment.key, dependencies: undefined, ...given };
parallelProcess('t', [subtask], { ...given, deadlineMs: environment.limit, onEvent: undefined });
new ParallelAgent({ ...given, concurrency: environment.limit, budget: { tokens: environment.limit } });
batch(['a'], { ...given, window: environment.limit, onResult: undefined });
voting('?', { ...given, voters: undefined, judge: { model: environment.key } });
