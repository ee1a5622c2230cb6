// @ts-check
/**
 * LangGraph: a node that is sent to once for each prompt, and a graph of nodes that each ask a chat
 * model.
 */

import { Annotation, END, Send, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';

const Texts = Annotation.Root({
  prompts: Annotation(),
  texts: Annotation({ reducer: (all, more) => all.concat(more), default: () => [] }),
});

/** @param {string} baseURL */
function modelAt(baseURL) {
  return new ChatOpenAI({ model: 'bench', apiKey: 'bench', configuration: { baseURL } });
}

/** @type {import('../contenders.mjs').FanOut} */
export async function fanOut(prompts, { baseURL, concurrency }) {
  const model = modelAt(baseURL);
  const graph = new StateGraph(Texts)
    .addNode('ask', async ({ prompt }) => ({ texts: [(await model.invoke(prompt)).text] }))
    .addConditionalEdges(START, ({ prompts }) => prompts.map((prompt) => new Send('ask', { prompt })))
    .addEdge('ask', END)
    .compile();
  const { texts } = await graph.invoke({ prompts }, { maxConcurrency: concurrency });
  return texts;
}

/** @type {import('../contenders.mjs').RunGraph} */
export async function graph(tasks, { baseURL, concurrency }) {
  const model = modelAt(baseURL);
  const builder = new StateGraph(Annotation.Root({ texts: Texts.spec.texts }));
  for (const { id, content } of tasks)
    builder.addNode(id, async () => ({ texts: [(await model.invoke(content)).text] }));
  for (const { id, dependencies } of tasks)
    builder.addEdge(dependencies.length > 0 ? dependencies : START, id);
  await builder
    .compile()
    .invoke({ texts: [] }, { maxConcurrency: concurrency, recursionLimit: tasks.length + 2 });
}
