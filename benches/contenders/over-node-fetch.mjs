// @ts-check
/** Ours, over `nodeFetch`. */

import { nodeFetch } from 'parallelization-agent/node';
import * as ours from './parallelization-agent.mjs';

const fetch = nodeFetch();

/** @type {import('../contenders.mjs').FanOut} */
export const fanOut = (prompts, world) => ours.fanOut(prompts, { ...world, fetch });

/** @type {import('../contenders.mjs').Streams} */
export const streams = (prompts, world, onText) => ours.streams(prompts, { ...world, fetch }, onText);
