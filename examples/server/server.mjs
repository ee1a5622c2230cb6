// @ts-check
/**
 * A route that any AG-UI client can run: it asks three perspectives on the last message and streams
 * the run. The key stays on the server. A client that hangs up ends the run, down to the model's
 * requests.
 */

import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { eventStreamHeaders, ParallelAgent } from 'parallelization-agent';

const views = ['an economist', 'an engineer', 'a historian'];

/** @param {import('parallelization-agent').AgentOptions} [options] */
export function createAgentServer(options) {
  const agent = new ParallelAgent({ stream: true, ...options });
  return createServer(async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    const { threadId, runId, messages } = JSON.parse(body);
    const question = messages.at(-1)?.content ?? '';
    const subtasks = views.map((view) => ({
      id: view,
      content: question,
      instructions: `Answer as ${view} would, in two sentences.`,
    }));
    const run = agent.parallelProcess(question, subtasks, { threadId, runId });
    // What went wrong is in the stream, as RUN_ERROR.
    run.catch(() => {});
    response.on('close', () => run.abort('the client hung up'));
    response.writeHead(200, eventStreamHeaders);
    Readable.fromWeb(/** @type {any} */ (run.toEventStream())).pipe(response);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  createAgentServer().listen(8000, '127.0.0.1', () => console.log('POST http://127.0.0.1:8000/'));
}
