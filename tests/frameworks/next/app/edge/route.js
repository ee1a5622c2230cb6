import { parallelProcess } from 'parallelization-agent';

export const runtime = 'edge';

export async function GET() {
  const options = { baseURL: process.env.MODEL, aggregate: false };
  const { results } = await parallelProcess('Greet', [{ id: 'hello', content: 'Say hello.' }], options);
  return new Response(results[0].result);
}
