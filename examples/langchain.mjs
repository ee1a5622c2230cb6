// @ts-check
/**
 * A chat model of LangChain behind a run. LangChain's fake stands here, so that this runs without a
 * key: put a `new ChatOpenAI({ maxRetries: 0 })`, or any other of its chat models, in its place.
 */

import { pathToFileURL } from 'node:url';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { batch } from 'parallelization-agent';
import { fromLangChain } from 'parallelization-agent/adapters';

export const about = 'A batch on a chat model of LangChain (its fake, whatever other model there is)';

const reviews = {
  kettle: 'Boils fast, and the lid fell off in the first week.',
  lamp: 'I have bought a second one for my mother.',
  chair: 'It is a chair.',
};

/**
 * @param {import('parallelization-agent').AgentOptions} [options]
 * @param {import('@langchain/core/language_models/chat_models').BaseChatModel} [model]
 */
export function run(
  options,
  model = new FakeListChatModel({ responses: ['[fake] praise', '[fake] blame'] }),
) {
  return batch(
    Object.entries(reviews).map(([id, content]) => ({ id, content })),
    { ...options, instructions: 'Is this review praise or blame? One word.', complete: fromLangChain(model) },
  );
}

/** @param {import('parallelization-agent').RunResult} result */
export function print({ results, metadata }) {
  for (const { taskId, status, result } of results) console.log(`${taskId}: ${result ?? status}`);
  console.log(`\n${metadata.totalTokens} tokens, estimated where the model does not say`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
