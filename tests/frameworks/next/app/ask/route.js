import { headers } from 'next/headers';
import { ParallelAgent } from 'parallelization-agent';

// One for all visitors, as a server has it.
const agent = new ParallelAgent({ baseURL: process.env.MODEL, aggregate: false });

/** Whose request the callbacks of this request’s run see. */
export async function GET() {
  const seen = new Set();
  const onEvent = async () => seen.add((await headers()).get('x-visitor'));
  const { results } = await agent.parallelProcess('Greet', [{ id: 'hello', content: 'Say hello.' }], {
    onEvent,
  });
  return Response.json({ text: results[0].result, seen: [...seen] });
}
