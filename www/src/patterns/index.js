// @ts-check
/** Every pattern that the page has a form for, in the order in which it shows them. */

import { batch } from './batch.js';
import { bestOf } from './best-of.js';
import { clones } from './clones.js';
import { evaluate } from './evaluate.js';
import { guarded } from './guarded.js';
import { mapReduce } from './map-reduce.js';
import { parallelProcess } from './parallel-process.js';
import { perspectives } from './perspectives.js';
import { run } from './run.js';
import { sectioning } from './sectioning.js';
import { tools } from './tools.js';
import { voting } from './voting.js';

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {'short' | 'long' | 'ids'} kind
 * @property {boolean} [optional]
 */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {'text' | 'area' | 'lines' | 'number' | 'choice' | 'rows'} kind
 * @property {string} label
 * @property {any} value  at first
 * @property {string} [hint]
 * @property {number} [min]
 * @property {number} [max]
 * @property {[value: string, label: string][]} [choices]
 * @property {Column[]} [columns]
 * @property {string} [one]  what one row is called
 */

/**
 * @typedef {object} Pattern
 * @property {string} name
 * @property {string} [function]  of the package, where it has another name
 * @property {string} label
 * @property {string} about
 * @property {Field[]} fields
 * @property {(values: Record<string, any>) => import('./plan.js').Planned[]} [plan]  what would
 *   run, if that is known
 * @property {(values: Record<string, any>) => {
 *   args: unknown[],
 *   options?: Record<string, any>,
 * }} call
 */

/** @type {Pattern[]} */
export const patterns = [
  parallelProcess,
  run,
  sectioning,
  voting,
  mapReduce,
  batch,
  perspectives,
  bestOf,
  evaluate,
  clones,
  guarded,
  tools,
];
