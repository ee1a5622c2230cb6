// @ts-check
/**
 * Questions that nine voters answer, four in five of them alike: who stops asking once the lead
 * cannot be overtaken? What is not sent by then is not sent at all, and what is under way is cut
 * off.
 */

import { prompts } from '../prompts.mjs';
import { timed } from '../statistics.mjs';

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'voting',
  title: '40 questions to 9 voters each, 4 calls at a time',
  contenders: ['bare-fetch', 'parallelization-agent'],
  size: { questions: 40, voters: 9, latencyMs: 40 },
  tiny: { questions: 2, voters: 3, latencyMs: 2 },
  columns: { calls: 'calls sent', tokens: 'tokens', wallMs: 'wall, ms' },
  withSeen: ({ wallMs }, { requests, tokens }) => ({ calls: requests, tokens, wallMs }),
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ baseURL, size, load }) {
  /** @type {{ votes: import('../contenders.mjs').Votes }} */
  const { votes } = await load();
  const questions = prompts(size.questions, `answers=yes:4,no:1 latency=${size.latencyMs}`);
  return timed(async () => {
    const winners = await votes(questions, size.voters, { baseURL, concurrency: 4 });
    if (winners.filter((winner) => winner === 'yes').length < questions.length / 2)
      throw new Error('The wrong side won');
  });
}
