/** What the page and its worker send each other. */

import type { PoolStatus } from 'parallelization-agent';
import type { RunEvent } from '../run/events.js';

/** A run, as far as it can be sent: functions are named, and found where it runs. */
export interface Start {
  kind: 'start';
  pattern: string;
  args: unknown[];
  options: Record<string, unknown>;
  world: World;
}

/** What of a run is no plain data. */
export interface World {
  /** Whether the answers are those that are in this page. */
  sample: boolean;
  /** Whether calls fail on purpose. */
  faults: boolean;
  /** Whose answers are kept and used again; empty for nobody's. */
  storeNamespace: string;
  /** Whether answers that were kept are used. */
  goesOn: boolean;
}

export interface Stop {
  kind: 'stop';
}

export type ToWorker = Start | Stop;

export type ToPage =
  | { kind: 'news'; events: RunEvent[]; pools: PoolStatus[] }
  | { kind: 'done' }
  | { kind: 'failed'; error: Record<string, unknown> };
