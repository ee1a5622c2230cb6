// @ts-check
/** Many streams at once, to a reader that looks at each piece of text. */

import { prompts } from '../prompts.mjs';
import { timed } from '../statistics.mjs';

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'streams',
  title: '200 streams of 200 chunks',
  contenders: ['bare-fetch', 'parallelization-agent', 'over-node-fetch', 'openai', 'ai-sdk', 'langchain'],
  size: { streams: 200, chunks: 200, gapMs: 5 },
  tiny: { streams: 2, chunks: 3, gapMs: 1 },
  columns: { wallMs: 'wall, ms', cpuMs: 'processor, ms' },
  warmups: 1,
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ baseURL, size, load }) {
  /** @type {{ streams: import('../contenders.mjs').Streams }} */
  const { streams } = await load();
  const stories = prompts(size.streams, `chunks=${size.chunks} gap=${size.gapMs}`);
  let pieces = 0;
  const sample = await timed(async () => {
    const texts = await streams(stories, { baseURL, concurrency: size.streams }, () => {
      pieces += 1;
    });
    if (!texts.every((text) => text?.endsWith(` moth ${size.chunks}`))) throw new Error('A text is cut off');
  });
  if (pieces < size.streams) throw new Error(`Only ${pieces} pieces were seen`);
  return sample;
}
