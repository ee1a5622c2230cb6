// @ts-check
/**
 * Models of other libraries behind `complete`: LangChain's own fakes, and the Prompt API as its
 * specification has it.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, AIMessageChunk } from '@langchain/core/messages';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { parallelProcess } from 'parallelization-agent';
import { fromLangChain, fromPromptApi } from 'parallelization-agent/adapters';

const one = [{ id: 'a', content: 'How many moths?' }];
const plain = { aggregate: false, maxRetries: 0 };
const count = {
  name: 'count',
  parameters: { type: 'object', properties: { what: { type: 'string' } } },
  execute: (/** @type {{ what: string }} */ { what }) => `3 ${what}`,
};

/**
 * A chat model on LangChain's own base class, which notes what it is asked and answers with whole
 * messages.
 */
class Scripted extends BaseChatModel {
  /** @type {any[][]} */
  asked = [];
  /** @type {any[]} */
  bound = [];
  #answers;

  /** @param {AIMessage[]} answers */
  constructor(...answers) {
    super({});
    this.#answers = answers;
  }

  _llmType() {
    return 'scripted';
  }

  /** @param {any[]} messages */
  async _generate(messages) {
    this.asked.push(messages);
    const message = /** @type {AIMessage} */ (this.#answers.shift());
    return { generations: [{ text: message.text, message }] };
  }

  /** @param {any[]} tools */
  bindTools(tools) {
    this.bound = tools;
    return this;
  }
}

test('a chat model of LangChain answers, whole and in pieces', async () => {
  const model = () => new FakeListChatModel({ responses: ['Three moths.'] });
  for (const stream of [false, true]) {
    /** @type {string[]} */
    const deltas = [];
    const { results } = await parallelProcess('Count', one, {
      ...plain,
      stream,
      complete: fromLangChain(model()),
      onEvent: (event) => event.type === 'TEXT_MESSAGE_CONTENT' && deltas.push(event.delta),
    });
    assert.equal(results[0].result, 'Three moths.');
    assert.equal(deltas.length > 1, stream);
  }
});

test('usage, model and finish reason of a LangChain message are in the result', async () => {
  const message = new AIMessage({
    content: 'Three.',
    usage_metadata: {
      input_tokens: 20,
      output_tokens: 6,
      total_tokens: 26,
      input_token_details: { cache_read: 5 },
      output_token_details: { reasoning: 2 },
    },
    response_metadata: { finish_reason: 'length', model_name: 'lepidoptera-1' },
  });
  const complete = fromLangChain(new Scripted(message));
  const { results } = await parallelProcess('Count', one, { ...plain, complete });
  const { promptTokens, completionTokens, cachedTokens, reasoningTokens, model, finishReason } =
    results[0].metadata;
  assert.deepEqual([promptTokens, completionTokens, cachedTokens, reasoningTokens], [20, 6, 5, 2]);
  assert.deepEqual([model, finishReason], ['lepidoptera-1', 'length']);
});

test('tools are bound to a LangChain model, run, and their results go back with the message that asked', async () => {
  const thinking = { type: 'thinking', thinking: 'I should count.', signature: 's1' };
  const model = new Scripted(
    new AIMessage({
      content: [thinking],
      tool_calls: [{ id: 'c1', name: 'count', args: { what: 'moths' } }],
    }),
    new AIMessage('Three.'),
  );
  const { results } = await parallelProcess('Count', one, {
    ...plain,
    complete: fromLangChain(model),
    tools: [count],
  });
  assert.equal(results[0].result, 'Three.');
  assert.equal(model.bound[0].function.name, 'count');
  const [assistant, tool] = model.asked[1].slice(-2);
  assert.deepEqual([assistant.getType(), assistant.content], ['ai', [thinking]]);
  assert.deepEqual(assistant.tool_calls[0].args, { what: 'moths' });
  assert.deepEqual([tool.getType(), tool.content, tool.tool_call_id], ['tool', '3 moths', 'c1']);
});

test('a stream of LangChain carries tool calls that come in pieces', async () => {
  const chunk = (/** @type {any} */ fields) => new AIMessageChunk({ content: '', ...fields });
  const model = {
    calls: 0,
    bindTools() {
      return this;
    },
    async invoke() {},
    async stream() {
      this.calls += 1;
      const call = (/** @type {string} */ args, rest = {}) =>
        chunk({ tool_call_chunks: [{ index: 0, args, type: 'tool_call_chunk', ...rest }] });
      const chunks =
        this.calls === 1
          ? [call('{"what":', { id: 'c1', name: 'count' }), call('"moths"}')]
          : [chunk({ content: 'Three.' })];
      return (async function* () {
        yield* chunks;
      })();
    },
  };
  const { results } = await parallelProcess('Count', one, {
    ...plain,
    stream: true,
    complete: fromLangChain(model),
    tools: [count],
  });
  assert.deepEqual([results[0].result, results[0].steps?.[0]?.toolCalls[0]?.result], ['Three.', '3 moths']);
});

test('what is no chat model is refused where it is handed over', () => {
  // @ts-expect-error: a name is no model
  assert.throws(() => fromLangChain('gpt-4.1'), /chat model of LangChain/);
});

/**
 * The Prompt API, as its specification has it: sessions with a context of their own, which clones
 * begin with.
 * @param {import('node:test').TestContext} t
 */
function installPromptApi(t) {
  const prompts = /** @type {any[]} */ ([]);
  const log = { created: 0, open: 0, prompts };
  class Session extends EventTarget {
    /** @type {any[]} */
    context;
    #destroyed = false;
    /** @param {any[]} context */
    constructor(context) {
      super();
      this.context = context;
      log.open += 1;
    }
    get contextUsage() {
      return JSON.stringify(this.context).length;
    }
    async measureContextUsage(/** @type {any[]} */ turns) {
      return JSON.stringify([...this.context, ...turns]).length - this.contextUsage;
    }
    async clone() {
      if (this.#destroyed) throw new DOMException('destroyed', 'InvalidStateError');
      return new Session([...this.context]);
    }
    destroy() {
      if (!this.#destroyed) log.open -= 1;
      this.#destroyed = true;
    }
    async prompt(/** @type {any[]} */ turns, /** @type {any} */ options) {
      if (turns.some(({ role }) => role === 'system')) throw new DOMException('system', 'NotSupportedError');
      log.prompts.push({ context: [...this.context], turns, options });
      const text = options.responseConstraint ? '{"moths":3}' : 'Three.';
      this.context.push(...turns, { role: 'assistant', content: text });
      return text;
    }
    promptStreaming(/** @type {any[]} */ turns, /** @type {any} */ options) {
      const session = this;
      return new ReadableStream({
        async start(controller) {
          const text = await session.prompt(turns, options);
          for (const letter of text) controller.enqueue(letter);
          controller.close();
        },
      });
    }
  }
  const LanguageModel = {
    async create(/** @type {any} */ { initialPrompts, monitor }) {
      log.created += 1;
      if (monitor) {
        const target = new EventTarget();
        monitor(target);
        for (const loaded of [0, 0.5, 1])
          target.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded }));
      }
      return new Session(initialPrompts);
    },
  };
  /** @type {any} */ (globalThis).LanguageModel = LanguageModel;
  t.after(() => delete (/** @type {any} */ (globalThis).LanguageModel));
  return log;
}

for (const stream of [false, true]) {
  test(`each call has a session of its own, cloned and destroyed (stream: ${stream})`, async (t) => {
    const log = installPromptApi(t);
    /** @type {number[]} */
    const loaded = [];
    const complete = fromPromptApi({ onDownloadProgress: (done) => loaded.push(done) });
    const subtasks = ['a', 'b', 'c'].map((id) => ({ id, content: `Question ${id}` }));
    const { results } = await parallelProcess('Count', subtasks, {
      ...plain,
      complete,
      stream,
      instructions: 'Be brief.',
    });
    assert.deepEqual(
      results.map(({ result }) => result),
      ['Three.', 'Three.', 'Three.'],
    );
    assert.deepEqual(loaded, [0, 0.5, 1]);
    assert.deepEqual([log.created, log.open], [1, 1]);
    for (const { context, turns } of log.prompts) {
      assert.equal(context.length, 1, 'nothing of another call');
      assert.match(context[0].content, /Be brief\./);
      assert.equal(turns.at(-1).role, 'user');
    }
    const { promptTokens, completionTokens, estimated } = results[0].metadata;
    assert.ok(promptTokens > completionTokens && completionTokens > 0 && !estimated);
  });
}

test('a schema is handed to the browser as `responseConstraint`', async (t) => {
  const log = installPromptApi(t);
  const schema = { type: 'object', properties: { moths: { type: 'integer' } }, required: ['moths'] };
  const { results } = await parallelProcess('Count', one, { ...plain, complete: fromPromptApi(), schema });
  assert.deepEqual(results[0].data, { moths: 3 });
  assert.deepEqual(log.prompts[0].options.responseConstraint.properties, schema.properties);
});

test('a browser without a model, and tools, are told of in words', async (t) => {
  const fails = async (/** @type {RegExp} */ words, options = {}) =>
    assert.rejects(
      async () => parallelProcess('Count', one, { ...plain, ...options, complete: fromPromptApi() }),
      (/** @type {any} */ { message }) => words.test(message),
    );
  await fails(/no model of its own.*Chrome 148/);
  installPromptApi(t);
  await fails(/`tools`: the model in the browser takes no such thing/, { tools: [count] });
});
