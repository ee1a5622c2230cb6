// @ts-check
/**
 * The model behind the programs of the documentation: it answers the questions that they ask,
 * always the same, so that the pages can say what is printed.
 */

import { createServer } from 'node:http';
import { answers } from './answers.mjs';

/**
 * The values for the forms that patterns ask for, unless an answer above gives them.
 * @type {Record<string, unknown>}
 */
const fields = {
  answer: 'yes',
  choice: 1,
  confidence: 0.9,
  keyPoints: ['The first point.', 'The second point.'],
  reason: 'It is short and exact.',
  reasoning: 'It follows from the question.',
  score: 8,
  tripped: false,
};

/**
 * @param {any} body  of a request to chat completions
 * @param {Map<RegExp, number>} turns  how often each answer was given
 * @returns {{ content: string | null, tool_calls?: object[] } | null}  null where the model
 *   refuses it
 */
function answerTo({ messages, model, response_format, tools }, turns) {
  const asked = messages
    .filter((/** @type {any} */ { role }) => role === 'system' || role === 'user')
    .map((/** @type {any} */ { content }) =>
      typeof content === 'string' ? content : JSON.stringify(content),
    )
    .join('\n');
  const [pattern, found] = answers.find(([pattern]) => pattern.test(asked)) ?? [/./, 'It flies.'];
  const turn = turns.get(pattern) ?? 0;
  turns.set(pattern, turn + 1);
  if (found.refusedBy && found.refusedBy === model) return null;
  const said = Array.isArray(found) ? found[turn % found.length] : found;
  const used = messages.some((/** @type {any} */ { role }) => role === 'tool');
  if (tools && said.calls && !used) return { content: null, tool_calls: said.calls.map(toolCall) };
  const schema = response_format?.json_schema?.schema;
  if (schema)
    return { content: JSON.stringify(filled(schema, typeof said === 'object' ? said : { answer: said })) };
  return { content: typeof said === 'string' ? said : said.text };
}

/** @param {[string, object]} call @param {number} index */
const toolCall = ([name, args], index) => ({
  index,
  id: `call-${index + 1}`,
  type: 'function',
  function: { name, arguments: JSON.stringify(args) },
});

/** @param {any} schema @param {any} said @returns {unknown} */
function filled(schema, said) {
  if (schema.type !== 'object') return said;
  return Object.fromEntries(
    Object.keys(schema.properties ?? {}).map((name) => [name, said[name] ?? fields[name] ?? null]),
  );
}

/**
 * `cut` has the requests whose answers nobody waited for.
 * @returns {Promise<{ baseURL: string, cut: string[], close: () => void }>}
 */
export async function startModel() {
  /** @type {string[]} */
  const cut = [];
  const turns = new Map();
  const server = createServer(async (request, response) => {
    let text = '';
    response.on('close', () => {
      if (!response.writableFinished) cut.push(text);
    });
    for await (const piece of request.setEncoding('utf8')) text += piece;
    const body = JSON.parse(text);
    const message = answerTo(body, turns);
    if (!message) {
      response.writeHead(400, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ error: { message: 'The model does not take this.' } }));
    }
    const usage = { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 };
    const finish_reason = message.tool_calls ? 'tool_calls' : 'stop';
    const head = { id: 'chatcmpl-1', created: 1, model: body.model };
    if (!body.stream) {
      const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }];
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (/** @type {object} */ fields) =>
      response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...fields })}\n\n`);
    for (const content of message.content?.match(/\s*\S+/g) ?? []) {
      send({ choices: [{ index: 0, delta: { content } }] });
      if (/slowly/.test(text)) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { tool_calls } = message;
    if (tool_calls) send({ choices: [{ index: 0, delta: { tool_calls } }] });
    send({ choices: [{ index: 0, delta: {}, finish_reason }] });
    send({ choices: [], usage });
    response.end('data: [DONE]\n\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    cut,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
