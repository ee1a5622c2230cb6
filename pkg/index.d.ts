/**
 * Runs many LLM calls in parallel: as fast as their graph allows, through rate limits, failures and time-outs, with every
 * token accounted for.
 *
 * @packageDocumentation
 */

/**
 * A piece of text, an image, a file or a sound within a task's content, as OpenAI's API writes it. The forms of Vercel's AI SDK
 * (`{ type: 'file', data, mediaType }`) and of the Model Context Protocol (`{ type: 'image', data, mimeType }`) are understood
 * as well, also where a tool gives a list of them: the model is then shown what they hold.
 * @example { type: 'image_url', image_url: { url: 'data:image/png;base64,…' } }
 */
export type ContentPart =
  | {
      /** A piece of text. */
      type: 'text';
      /** What it says. */
      text: string;
    }
  | {
      /** An image. */
      type: 'image_url';
      /** Where it is. */
      image_url: {
        /** An `https:` or `data:` address. */
        url: string;
        /** How closely it is looked at; for `'openai'` and `'openai-responses'`. @default 'auto' @example 'low' */
        detail?: 'auto' | 'low' | 'high' | undefined;
      };
    }
  | {
      /** A document, such as a PDF. */
      type: 'file';
      /** Where it is. */
      file: {
        /**
         * A `data:` address that holds it, or an `https:` one where the provider fetches it: `'openai-responses'`,
         * `'anthropic'`, `'gemini'`, OpenRouter.
         */
        file_data: string;
        /** Its name. @default 'file.pdf' @example 'report.pdf' */
        filename?: string | undefined;
      };
    }
  | {
      /** A sound, for `'gemini'` and the audio models of `'openai'`. */
      type: 'input_audio';
      /** What it holds. */
      input_audio: {
        /** In base64. */
        data: string;
        /** `'wav'` or `'mp3'`; Gemini takes others as well. */
        format: string;
      };
    }
  | {
      /** The same, or a file, in the form of Vercel's AI SDK. */
      type: 'file' | 'image' | 'audio';
      /** An `https:` or `data:` address, or base64. */
      data: string;
      /** What it is. @example 'application/pdf' */
      mediaType?: string | undefined;
      /** Its name. */
      filename?: string | undefined;
    };

/** Who answers, and in what manner. Every field is optional; what is missing comes from the layer below. */
export interface Worker<D = unknown> {
  /**
   * The wire format. `'openai'` is right for every server that speaks OpenAI's chat completions: Ollama, vLLM,
   * llama.cpp, LM Studio, OpenRouter, Groq, Together, Mistral, Azure and others. `'openai-responses'` is OpenAI's newer
   * API, which its newest models want for tools (`'openai'` goes over to it by itself for a model that OpenAI refuses, and a
   * `CUSTOM` event `unsupported` says so); it is used statelessly, so that nothing is kept at the server, and it has no
   * `stop` and no `seed`. A worker with another provider than the
   * defaults takes over no address, key, headers, model or `extraBody` from them.
   * @default 'openai'
   * @example 'anthropic'
   */
  provider?: 'openai' | 'openai-responses' | 'anthropic' | 'gemini' | undefined;
  /**
   * Your own function in place of a provider: another SDK, a model in the page, a queue. Limits, retries, time-outs, events
   * and accounts work over it as over HTTP. An error with `status` and `headers` is classified like an HTTP answer.
   *
   * It may run something on its own agent: it lends its slot to that run meanwhile, whose calls go ahead of others; one that does
   * not fit beside it into the `budget` fails at once. This needs async contexts. Where there are none, as in pages, a run is
   * known by beginning before the function first waits, or by the function's `signal`; another waits for a slot as long as
   * `timeoutMs` lets the function wait.
   * @example async ({ messages }, { signal }) => (await client.chat(messages, { signal })).text
   */
  complete?: CompleteFunction | undefined;
  /**
   * What the answer must look like: JSON Schema, or a Standard Schema object such as Zod's (from 4.2) or ArkType's; Valibot's by
   * `toStandardJsonSchema` of `@valibot/to-json-schema`, older Zod's with `jsonSchema` beside it. Sent the provider's own way
   * where it has one, else, and to a server that refuses that with a 400, asked for in words. The checked answer is in `result.data`; one that does not fit is asked for
   * once more, with the reason. What a JSON Schema says that is not checked, such as a reference to elsewhere, is INVALID_INPUT.
   * @default none
   * @example z.object({ moths: z.number() })
   */
  schema?: JsonSchema | StandardSchema<D> | undefined;
  /**
   * What a model is told of a `schema` whose library gives no JSON Schema by itself. The library still checks the answer.
   * @default what the library gives
   * @example z.toJSONSchema(schema)
   */
  jsonSchema?: object | undefined;
  /**
   * The address of the API, up to and with its version. In a page it may be a path of the page's own server: `'/api/v1'`.
   * @default the environment variable `OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL` or `GEMINI_BASE_URL`, else the provider's own
   * @example 'http://localhost:11434/v1'
   */
  baseURL?: string | undefined;
  /**
   * The key. It is sent in a header and is in no error, event, result or address. It belongs to the `baseURL` that it is
   * given with: a worker, voter or fallback with another one needs a key of its own, or is asked without. A function is asked
   * before each request, for tokens that live an hour (Entra, Vertex, workload identity): keep its token until it runs out. Where it
   * fails, that attempt has failed; a `store` then needs a `storeNamespace`.
   * @default the environment variable `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, `GEMINI_API_KEY` or `GOOGLE_API_KEY`, for the
   * provider's own address, the environment's, and the `baseURL` of the options of the run or its agent
   * @example process.env.GROQ_API_KEY
   */
  apiKey?: string | (() => string | PromiseLike<string>) | undefined;
  /** Sent with each request, after the format's own headers. @example { 'x-team': 'search' } */
  headers?: Record<string, string> | undefined;
  /**
   * The model's name at its provider; an array of deployments, which are the same model in several places ({@link Deployment});
   * or a model object of Vercel's AI SDK (specification v2, v3 or v4). Such a model is asked
   * directly, with the SDK's own retries left aside; `baseURL`, `apiKey` and `headers` are those it was made with, and
   * `extraBody` reaches it as `providerOptions`.
   * @default the environment variable `OPENAI_MODEL`, `ANTHROPIC_MODEL` or `GEMINI_MODEL`, else `'gpt-5.6-luna'`,
   * `'claude-haiku-5-5'` or `'gemini-flash-latest'`
   * @example 'llama3.2'
   */
  model?: string | LanguageModelLike | readonly Deployment[] | undefined;
  /**
   * The system message: what kind of worker it is. With `''` there is none: nothing is added to the content, save the form of an
   * answer that a pattern has to read.
   * @default a sentence that fits the pattern
   * @example 'You are a patent lawyer. Answer in one sentence.'
   */
  instructions?: string | undefined;
  /** From 0 (always the likeliest word) to 2. @default the server's own @example 0 */
  temperature?: number | undefined;
  /**
   * The longest answer, in tokens, from 1 up.
   * @default the server's own; 8192 for Anthropic, which asks for one
   * @example 400
   */
  maxTokens?: number | undefined;
  /** Texts that end an answer. @default none @example ['\n\n', 'END'] */
  stop?: string | readonly string[] | undefined;
  /**
   * A whole number for answers that can be had again, where the server can do that.
   * @default none
   * @example 7
   */
  seed?: number | undefined;
  /**
   * How hard the model thinks before it answers: `reasoning_effort`, `reasoning.effort`, `thinking` and `output_config.effort`, or
   * `thinkingConfig`. A level that a model of Anthropic or Google does not have becomes the nearest below it.
   * @default the model's own
   * @example 'low'
   */
  reasoning?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | undefined;
  /** Among how many of the likeliest words the model chooses, as a share from 0 to 1. @default the server's own @example 0.9 */
  topP?: number | undefined;
  /**
   * Whether the model has to call a tool, and which. It holds until a tool has run; from then on it is `'auto'`, so that the model
   * can answer. `'none'` holds to the end.
   * @default 'auto'
   * @example { name: 'weather' }
   */
  toolChoice?: 'auto' | 'none' | 'required' | { name: string } | undefined;
  /**
   * Tools that the provider runs by itself, such as a web search, in the provider's own form: they are sent as they stand, beside
   * the worker's `tools`.
   * @default none
   * @example [{ type: 'web_search' }]
   */
  serverTools?: readonly object[] | undefined;
  /**
   * Earlier turns, which stand between the instructions and the question: examples, or a conversation so far. They are not shown
   * to calls that a pattern makes of its own, such as the summary.
   * @default none
   * @example [{ role: 'user', content: 'Moth?' }, { role: 'assistant', content: 'Yes' }]
   */
  history?: readonly HistoryMessage[] | undefined;
  /**
   * How soon the answer is needed, and at what price: `service_tier` at OpenAI and Anthropic, `serviceTier` at Gemini. Anthropic
   * has no `'flex'`.
   * @default the account's own
   * @example 'flex'
   */
  tier?: 'standard' | 'flex' | 'priority' | undefined;
  /**
   * Whether `results[i].raw` keeps the body of the answer as the provider sent it.
   * @default false
   * @example true
   */
  raw?: boolean | undefined;
  /**
   * Further fields of the request's body, which have the last word: `null` takes a field out, objects that both have are put
   * together, and so are lists of `tools`.
   * @example { top_k: 40, temperature: null }
   */
  extraBody?: Record<string, unknown> | undefined;
  /**
   * What the model may call. All calls of one message run at the same time.
   * @default none
   * @example [{ name: 'weather', parameters: { type: 'object' }, execute: ({ city }) => forecast(city) }]
   */
  tools?: readonly Tool[] | undefined;
  /**
   * Whether, of calls that begin with the same long text, the first goes alone, so that the provider's prompt cache serves the
   * others: these follow when its answer begins to come with `stream`, else when it is there, and if it fails, at once. The
   * same text are the model, the `instructions`, the tools, and what a pattern shows to several calls: a question, an outline, a
   * subject. `true`: from 1,024 tokens, and Anthropic is told what to keep. `false`: never.
   * @default from 4,096 tokens with `stream`, but not for Anthropic or `complete`
   * @example true
   */
  warmPrefix?: boolean | undefined;
  /**
   * How many model calls a task with tools may take. At the limit its `finishReason` is `'tool_calls'`.
   * @default 8
   * @example 3
   */
  maxSteps?: number | undefined;
  /**
   * The longest answer that is taken in, in bytes: of the text, whole or streamed, and of what a compressed body becomes. A
   * longer one is a `BAD_RESPONSE` and is read no further. Up to 268,435,456 (256 MiB).
   * @default 33_554_432 (32 MiB)
   * @example 1_000_000
   */
  maxAnswerBytes?: number | undefined;
}

/**
 * One of several places where a model is: what it does not say is as the worker says. A call goes to the one that opens first
 * and has the fewest calls; one that refuses or fails is left alone for a while (5 s, or as long as it asks), and the call goes to
 * the next, as often as `maxRetries` allows all of them. Limits are each one's own, for two keys at one address as well. A
 * `CUSTOM` event `deployment` tells when a call leaves one.
 * @example { baseURL: 'https://eu.example.com/openai/v1', apiKey: process.env.EU_KEY }
 */
export type Deployment = Pick<
  Worker,
  'provider' | 'baseURL' | 'apiKey' | 'headers' | 'extraBody' | 'complete'
> & {
  /** Its name there. @default as the worker's default */
  model?: string | LanguageModelLike | undefined;
};

/**
 * An earlier turn of a conversation, as chat APIs have them.
 * @example { role: 'user', content: 'Is it a moth?' }
 */
export interface HistoryMessage {
  /** Who speaks. What the system says is given as `instructions`. */
  role: 'user' | 'assistant' | 'tool';
  /** What is said; an assistant's message that only calls tools may have none. */
  content?: string | readonly ContentPart[] | null | undefined;
  /** What the assistant called; `tool_calls` in OpenAI's form is understood as well. @default none */
  toolCalls?:
    | readonly {
        /** The call's name, for its answer. */
        id: string;
        /** The tool. */
        name: string;
        /** JSON, or the value itself. */
        arguments?: string | object | undefined;
      }[]
    | undefined;
  /** Which call a tool's message answers; `tool_call_id` is understood as well. */
  toolCallId?: string | undefined;
  /** Further names that other libraries have. */
  [name: string]: unknown;
}

/**
 * A model object of Vercel's AI SDK, by its shape: nothing of the SDK is imported.
 * @example openai('gpt-5.4-mini')
 */
export interface LanguageModelLike {
  /** The version of the SDK's specification. */
  readonly specificationVersion: 'v2' | 'v3' | 'v4';
  /** Whose model it is, as the SDK names it. */
  readonly provider: string;
  /** The model's name at its provider. */
  readonly modelId: string;
  /** Gives a whole answer. */
  // biome-ignore lint/suspicious/noExplicitAny: each version of the specification has its own types.
  doGenerate(options: any): PromiseLike<any>;
  /** Gives an answer in parts. */
  // biome-ignore lint/suspicious/noExplicitAny: each version of the specification has its own types.
  doStream(options: any): PromiseLike<any>;
}

/** What a {@link CompleteFunction} is asked. */
export interface CompleteRequest {
  /** The name that the worker has for its model. */
  model: string;
  /** The conversation, system message first. */
  messages: {
    /** Who speaks. */
    role: 'system' | 'user' | 'assistant' | 'tool';
    /** What is said; parts are in OpenAI's form. A tool's message has parts where the tool gave something to look at. */
    content: string | RequestPart[];
    /** What the assistant called. */
    toolCalls?: {
      /** The call's name, for its answer. */
      id: string;
      /** The tool. */
      name: string;
      /** JSON. */
      arguments: string;
    }[];
    /** Which call this is the answer to. */
    toolCallId?: string;
    /** The `providerData` of the answer that this message of the assistant was. */
    providerData?: unknown;
  }[];
  /** Whether somebody watches the answer come. */
  stream: boolean;
  /** From 0 to 2, where the worker says it. */
  temperature?: number;
  /** The longest answer, in tokens, where the worker says it. */
  maxTokens?: number;
  /** For answers that can be had again, where the worker says it. */
  seed?: number;
  /** Texts that end an answer, where the worker says them. */
  stop?: string[];
  /** What the model may call. Name the calls in `toolCalls`; they are made for you. */
  tools?: {
    /** What the model calls it by. */
    name: string;
    /** What it is for. */
    description?: string;
    /** JSON Schema of its arguments. */
    parameters?: Record<string, unknown>;
  }[];
  /** What the answer must look like, as JSON Schema. It is checked for you. */
  schema?: Record<string, unknown>;
  /** How hard the model is to think, where the worker says it. */
  reasoning?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
  /** From 0 to 1, where the worker says it. */
  topP?: number;
  /** Which tool has to be called, where the worker says it; `'auto'` once one has run. */
  toolChoice?: 'auto' | 'none' | 'required' | { name: string };
  /** Tools that the provider runs by itself, as they stand. */
  serverTools?: Record<string, unknown>[];
  /** How soon the answer is needed, where the worker says it. */
  tier?: 'standard' | 'flex' | 'priority';
  /** Whether the answer is wanted as it came, too. */
  raw?: boolean;
  /** The worker's further fields, as they stand. */
  extraBody?: Record<string, unknown>;
}

/** A part of a message as a {@link CompleteFunction} is shown it: in OpenAI's form, whatever form it was given in. */
export type RequestPart = Exclude<ContentPart, { data: string }>;

/** What a {@link CompleteFunction} gives; any field may be missing. */
export interface CompleteAnswer {
  /** What the model says. @default no text */
  text?: string | undefined;
  /** What it thought before, or parts of that with a `text` each. @default no thoughts */
  reasoning?: string | { text?: string | undefined }[] | undefined;
  /**
   * What your model has to see again with this answer when the conversation goes on behind its tool calls, such as the
   * signatures of its thoughts: any JSON. It comes back as it is, in `messages[i].providerData`, to the same model alone.
   * @default nothing
   */
  providerData?: unknown | undefined;
  /** What it wants to call. @default none */
  toolCalls?:
    | {
        /** The call's name. @default made up */
        id?: string | undefined;
        /** The tool. */
        name: string;
        /** What to pass in: an object, or its JSON. */
        arguments: string | Record<string, unknown>;
      }[]
    | undefined;
  /** What it took, in tokens. @default an estimate, marked as one */
  usage?:
    | {
        /** Read. */
        promptTokens?: number | undefined;
        /** Written. */
        completionTokens?: number | undefined;
        /** The part of those read that a cache had. */
        cachedTokens?: number | undefined;
        /** The part of those read that was put into a cache. */
        cacheWriteTokens?: number | undefined;
        /** The part of those written that is not in the answer. */
        reasoningTokens?: number | undefined;
        /** What it cost, in your currency. */
        providerCost?: number | undefined;
        /** The tier that answered. */
        tier?: 'standard' | 'flex' | 'priority' | undefined;
      }
    | undefined;
  /** Where the answer is from: addresses, or objects with a `url` or a `title`. @default none */
  sources?: readonly (string | { url?: string; title?: string; text?: string })[] | undefined;
  /** What it made beside its text: each with an address as `url`, or base64 as `data`. @default none */
  files?: readonly { mediaType: string; url?: string; data?: string }[] | undefined;
  /** The answer as it came, where the worker asks for that (`raw`). @default none */
  raw?: unknown;
  /** Why it stopped; `'length'` means that the answer was cut. @default 'stop' */
  finishReason?: string | undefined;
  /** Who answered. @default the name that was asked for */
  model?: string | undefined;
}

/**
 * Answers in place of a provider: at once, or piece by piece.
 * @example async ({ messages }, { signal }) => (await client.chat(messages, { signal })).text
 */
export type CompleteFunction = (
  request: CompleteRequest,
  context: {
    /** Aborted when the attempt is. */
    signal: AbortSignal;
  },
) =>
  | string
  | CompleteAnswer
  | AsyncIterable<string | CompleteAnswer>
  | Promise<string | CompleteAnswer | AsyncIterable<string | CompleteAnswer>>;

/**
 * JSON Schema, as plain data.
 * @example { type: 'object', properties: { moths: { type: 'integer' } }, required: ['moths'] }
 */
export interface JsonSchema {
  /** What makes a {@link StandardSchema} is none of it. */
  '~standard'?: never;
  // biome-ignore lint/suspicious/noExplicitAny: so that the interfaces that libraries have for JSON Schema fit, too.
  [keyword: string]: any;
}

/**
 * The interface that Zod, Valibot, ArkType and others share (standardschema.dev); `D` is what such a schema gives out.
 * @example const schema: StandardSchema<Moths> = z.object({ moths: z.number() });
 */
export interface StandardSchema<D = unknown> {
  /** What the standard asks for. */
  readonly '~standard': {
    /** Of the standard. */
    readonly version: 1;
    /** Whose schema it is. */
    readonly vendor: string;
    /** Gives the value, or the issues with it. */
    // biome-ignore lint/suspicious/noExplicitAny: as the standard has it.
    readonly validate: (value: unknown) => any;
    /** For the compiler alone: what it takes in and gives out. */
    readonly types?:
      | {
          /** What it takes in. */
          readonly input: unknown;
          /** What it gives out. */
          readonly output: D;
        }
      | undefined;
  };
}

/**
 * Something that a model may call. `A` is what its `parameters` give out.
 * @see {@link tool} types the arguments by the schema
 */
// biome-ignore lint/suspicious/noExplicitAny: without a schema of a library nothing is known of the arguments.
export interface Tool<A = any> {
  /** What the model calls it by: letters, digits, `_` and `-`. @example 'weather' */
  name: string;
  /**
   * What it is for, and when to use it.
   * @example 'Tells the weather of a city. Use it before you advise on clothes.'
   */
  description?: string | undefined;
  /**
   * What it takes: JSON Schema, or a Standard Schema object such as Zod's. The arguments are checked before it runs; what does
   * not fit is told to the model. A Standard Schema converts them as well.
   * @default an object of anything
   * @example z.object({ city: z.string() })
   */
  parameters?: JsonSchema | StandardSchema<A> | undefined;
  /**
   * Whether it only looks at things and changes none. In {@link guarded}, such a tool runs while the guards of the input are
   * at work, and all others wait for them.
   * @default false
   * @example true
   */
  readOnly?: boolean | undefined;
  /**
   * What a model is told of `parameters` whose library gives no JSON Schema by itself.
   * @default what the library gives
   * @example z.toJSONSchema(parameters)
   */
  jsonSchema?: object | undefined;
  /**
   * Does it. What it gives, or throws, is told to the model: a text as it stands, anything else as `JSON.stringify` writes it
   * (so that a `Map`, a `Set` and an `Error` are `{}`: give their parts). What JSON has nothing for, a function, a `bigint` or
   * an object that holds itself, is an error that names where it stands.
   * @param args as the schema gives them out
   * @param context its signal is aborted when the result is not needed any more, or took longer than `toolTimeoutMs`
   * @example async ({ city }, { signal }) => (await fetch(forecastOf(city), { signal })).json()
   */
  execute(args: A, context: { signal: AbortSignal }): unknown;
}

/**
 * The tool itself, with the arguments of `execute` typed by its `parameters`.
 * @example tool({ name: 'weather', parameters: z.object({ city: z.string() }), execute: ({ city }) => forecast(city) })
 */
// biome-ignore lint/suspicious/noExplicitAny: without a schema of a library nothing is known of the arguments.
export function tool<A = any>(definition: Tool<A>): Tool<A>;

/** One subtask of {@link parallelProcess}. Any field of a {@link Worker} given here holds for this subtask alone. */
export interface Subtask extends Worker {
  /** Unique among the subtasks. @example 'methodology' */
  id: string;
  /**
   * What kind of work it is: picks the worker from {@link RunOptions.workers}.
   * @default 'task'
   * @example 'analysis'
   */
  type?: string | undefined;
  /**
   * What to do. `{{id}}` stands for the result of the dependency of that name.
   * @example 'Compare these findings with our own: {{findings}}'
   */
  content?: string | readonly ContentPart[] | undefined;
  /**
   * A request's body as it stands, in place of `content`: see {@link RequestBody}. Results of dependencies are not put into it.
   * @default none
   * @example { messages: [{ role: 'user', content: 'Is it a moth?' }] }
   */
  body?: object | undefined;
  /**
   * The ids whose results it needs. It starts the moment that the last of them completes.
   * @default []
   * @example ['methodology', 'results']
   */
  dependencies?: readonly string[] | undefined;
}

/**
 * What a model costs, for a million tokens, in whatever currency you keep accounts in; and in tiers that have prices of their own.
 * @example { input: 0.4, output: 1.6, cachedInput: 0.1, tiers: { flex: { input: 0.2, output: 0.8 } } }
 */
export interface Price extends TierPrice {
  /** By the `tier` that answered, or was asked for where the provider does not say. @default as above */
  tiers?: { flex?: TierPrice | undefined; priority?: TierPrice | undefined } | undefined;
}

/**
 * A model in the community's file of prices, as LiteLLM keeps it (`model_prices_and_context_window.json`): prices of one token.
 * @example JSON.parse(await readFile('model_prices_and_context_window.json', 'utf8'))['gpt-5.6-luna']
 */
export interface LiteLlmPrice {
  /** Whose model it is; tells such an entry from one of ours. */
  litellm_provider: string;
  // biome-ignore lint/suspicious/noExplicitAny: the file has many more fields.
  [field: string]: any;
}

/** What a model costs for a million tokens. */
export interface TierPrice {
  /** Read. @example 0.4 */
  input: number;
  /** Written. @example 1.6 */
  output: number;
  /** Read from the provider's cache. @default as `input` @example 0.1 */
  cachedInput?: number | undefined;
  /** Put into the provider's cache. @default as `input` @example 0.5 */
  cacheWrite?: number | undefined;
}

/** What one run goes by. `D` is what its `schema` gives out, and `S` what that of its `aggregate` does. */
export interface RunOptions<D = unknown, S = unknown> extends Worker<D> {
  /**
   * A worker for each type of task, over the defaults and under what the task itself says.
   * @example { analysis: { model: 'gpt-5.6-sol' }, translation: { instructions: 'You translate into French.' } }
   */
  workers?: Record<string, Worker> | undefined;
  /**
   * `false` for no summary, or the worker that writes it.
   * @default a call to the default worker
   * @example { instructions: 'Name the three main risks.', maxTokens: 300 }
   */
  aggregate?: boolean | Worker<S> | undefined;
  /**
   * The longest that one attempt may take, from sending to the last byte, in milliseconds. In Node, the global `fetch` gives
   * up by itself when an answer has not begun after 300,000; `fetch: nodeFetch()` does not, and neither do answers with
   * `stream`, which begin at once.
   * @default 600000
   * @example 30_000
   */
  timeoutMs?: number | undefined;
  /**
   * The longest that a stream may take to its first piece, in milliseconds, from sending.
   * @default `timeoutMs`
   * @example 20_000
   */
  firstTokenTimeoutMs?: number | undefined;
  /**
   * The longest gap within a stream, in milliseconds. Keep-alive comments do not count.
   * @default 60000
   * @example 10_000
   */
  idleTimeoutMs?: number | undefined;
  /**
   * The longest that the run may take, in milliseconds. It then resolves with what is done, text of unfinished streams too, and
   * rejects only when that is nothing; your own functions are not
   * waited for any longer, either.
   * @default none
   * @example 120_000
   */
  deadlineMs?: number | undefined;
  /**
   * How often a failed call is tried again: after 408, 409, 429, 5xx, network errors and time-outs. A 429 does not count
   * while other calls get through.
   * @default 2
   * @example 5
   */
  maxRetries?: number | undefined;
  /**
   * The longest wait that a server may ask for, in milliseconds. A longer one goes to the `fallbacks`, or fails at once with
   * `RATE_LIMITED` and its `retryAfterMs`.
   * @default 600_000
   * @example 60_000
   */
  maxWaitMs?: number | undefined;
  /**
   * What a failed task means to the others. `'partial'`: everything that does not need it runs on. `'throw'`: the run ends
   * at once and rejects, with all results so far.
   * @default 'partial'
   * @example 'throw'
   */
  onError?: 'partial' | 'throw' | undefined;
  /**
   * How many tasks have to complete; with fewer the run rejects with `QUORUM_NOT_MET`, as soon as so many cannot complete
   * any more.
   * @default 1
   * @example 8
   */
  quorum?: number | undefined;
  /**
   * A slow call gets one twin: after so many milliseconds, or when it takes longer than that percentage of the run's calls so far (from 1 to 100).
   * The first answer wins, and the other is aborted and accounted for. It gets the next free slot, ahead of calls that were
   * not sent yet; none while a limit per minute or a server's pause holds calls back. At most a tenth of the calls get one;
   * those with tools never do.
   * @default none
   * @example { percentile: 95 }
   */
  hedge?:
    | {
        /** How long to wait for the first, in milliseconds. */
        afterMs: number;
      }
    | {
        /** Of the run's calls so far, from 1 to 100. */
        percentile: number;
      };
  /**
   * Whether answers are asked for piece by piece, so that events carry them as they come.
   * @default false
   * @example true
   */
  stream?: boolean | undefined;
  /**
   * Who is asked, in this order, when a worker fails for good.
   * @default []
   * @example [{ model: 'gpt-5.6-terra' }, { provider: 'anthropic' }]
   */
  fallbacks?: readonly Worker[] | undefined;
  /** How many tool calls of one message run at once. @default 16 @example 4 */
  toolConcurrency?: number | undefined;
  /** The longest that one tool call may take, in milliseconds. @default 60000 @example 5_000 */
  toolTimeoutMs?: number | undefined;
  /** Aborting it aborts the run and every request of it. @example AbortSignal.timeout(60_000) */
  signal?: AbortSignal | undefined;
  /**
   * Takes the run's AG-UI events, in order and each as it was made. The first error that it throws, or its promise rejects
   * with, is printed, and none does the run any harm.
   * @example (event) => event.type === 'TEXT_MESSAGE_CONTENT' && process.stdout.write(event.delta)
   */
  onEvent?: ((event: RunEvent) => unknown) | undefined;
  /** The run's name in events. @default a random one @example crypto.randomUUID() */
  runId?: string | undefined;
  /** The conversation that the run belongs to, in events. @default the run's name @example 'chat-42' */
  threadId?: string | undefined;
  /**
   * Whose answers the `store` keeps: those that were kept under another name are not found. Answers are told apart by the
   * address, the key, the headers and the provider in any case. A function (`complete`, a model object) has no name of its
   * own: its answers are kept only where this is given with it, and so are those of a run whose key or headers are not its
   * agent's. Else they are neither kept nor looked up, and a `journal` event says `off`. Give it, too, where tools or
   * `fetch` give each of your users something else.
   * @default none
   * @example 'tenant-42'
   */
  storeNamespace?: string | undefined;
}

/** Where answers are kept. @example const store: Store = new Map(); */
export interface Store {
  /** Gives what was kept under a key, or nothing; a promise is waited for. */
  get(key: string): unknown;
  /** Keeps a value under a key; a promise is waited for. */
  set(key: string, value: string): unknown;
  /**
   * Instead of `get` for an answer that is asked for where there is none. `value` is, or resolves to, what was kept; nothing says that
   * it is for the caller to ask. For as long as another asks the same, it may wait. `release` is called once it is kept, or
   * was not to be had. Stores of several processes pay for one question once by it.
   * @default `get`: whoever finds nothing asks
   * @example (key) => ({ value: kept.get(key), release() {} })
   */
  claim?(key: string): { value: unknown; release(): void };
}

/**
 * A limit that several processes share. It is asked for one call of each pool at a time, the first in its queue, so that the longest
 * path still goes first. Where it fails, the agent's own limits go on, a `CUSTOM` event `limiter` says so, and no run fails of it.
 * @example redisLimiter(new Redis(), { requestsPerMinute: 500 })
 */
export interface SharedLimiter {
  /**
   * Books one request that may use so many tokens. A booking that comes when nobody waits for it any more is given back.
   * @param pool names the model and the server's host, which share the limit
   * @returns how long to wait before it is sent, and what names the booking
   */
  book(pool: string, want: { requests: 1; tokens: number }): Promise<{ waitMs: number; id: string }>;
  /** What a booking used in the end; null where its request was never sent. Its slot is free again. */
  settle(pool: string, id: string, took: { tokens: number } | null): unknown;
  /** A server asked for a pause, until `untilMs` as `Date.now()` counts here: all processes hold. */
  pause?(pool: string, untilMs: number): unknown;
}

/** How much may be sent in any stretch of time of some length: requests, tokens, or both. */
export interface RateLimit {
  /** Requests, from 1 up. For fewer than one a second, name a longer time. @default no limit @example 60 */
  requests?: number | undefined;
  /** Tokens, read and written. @default no limit @example 100_000 */
  tokens?: number | undefined;
  /** The stretch of time, wherever it begins: a day is any 24 hours. @example 'minute' */
  per: 'second' | 'minute' | 'hour' | 'day';
}

/** What all runs of an agent share, and the defaults for each of them. */
export interface AgentOptions<D = unknown, S = unknown> extends RunOptions<D, S> {
  /**
   * How many calls may be under way at once. `'auto'` finds its level by itself: it rises (from 16, up to 256) for as long as
   * more calls at once bring more answers a second, and falls when more are refused than were ever answered at once.
   * A number is never exceeded, and falls in the same way while the server refuses as many as too many.
   * @default 'auto'
   * @example 8
   */
  concurrency?: number | 'auto' | undefined;
  /**
   * Requests in any minute, for each model at each address. A minute's allowance may leave in its
   * first second, as far as `concurrency` lets it: each request then makes room for another a
   * minute after it was sent.
   * @default no limit but the server's
   * @example 500
   */
  requestsPerMinute?: number | undefined;
  /**
   * Tokens in any minute, read and written, for each model at each address.
   * @default no limit but the server's
   * @example 200_000
   */
  tokensPerMinute?: number | undefined;
  /**
   * Requests and tokens in any second, minute, hour or 24 hours, for each model at each address. All of them hold, those of
   * `requestsPerMinute` and `tokensPerMinute` too. What another agent or process sent does not count. A call that waits for its
   * hour or day is queued: `deadlineMs` bounds that, and `status()` shows it.
   * @default no limit but the server's
   * @example [{ requests: 10, per: 'second' }, { requests: 10_000, tokens: 5_000_000, per: 'day' }]
   */
  limits?: readonly RateLimit[] | undefined;
  /**
   * How calls are spread over the second or the minute of a limit: `'burst'` sends as many at once as the limit leaves, `'smooth'`
   * sends them evenly. Hours and days are never spread.
   * @default 'burst', and `'smooth'` once the server refuses calls that keep to the limit
   * @example 'smooth'
   */
  pacing?: 'smooth' | 'burst' | undefined;
  /**
   * What may be spent in all. Before a call is sent, its prompt (at four bytes a token, tools and schema included) and
   * `maxTokens` are reserved, so that calls under way cannot overrun it together. Without `maxTokens` it is what is likely: as
   * much as the longest answer of that model so far, and before there is one a quarter of the prompt, at least 256 (8192 for
   * Anthropic, whose API is told so).
   * @default no limit
   * @example { tokens: 1_000_000, cost: 2.5 }
   */
  budget?:
    | {
        /** Read and written. */
        tokens?: number | undefined;
        /** By your `prices`. */
        cost?: number | undefined;
      }
    | undefined;
  /** What each model costs; without it `cost` is null. @example { 'gpt-5.6-luna': { input: 0.4, output: 1.6 } } */
  prices?: Record<string, Price | LiteLlmPrice> | undefined;
  /**
   * Keeps each answer under a hash of what determines it and of who asks whom, so that the same run again, after a crash too,
   * sends only what is missing. The hash is keyed with the key, the headers, the address and `storeNamespace`: another of these
   * asks anew, and none of them is in the store. Headers that differ from request to request are left out of it
   * (`traceparent`, `tracestate`, `b3`, `sentry-trace`, `x-datadog-…`, and names that end in `trace-id`, `request-id`,
   * `correlation-id` or `idempotency-key`).
   * Results of tools are kept, too. A tool whose process died before its result was kept, or that failed, runs again, so what
   * must not happen twice has to know its own repetitions. Anything with `get(key)` and `set(key, value)` of strings will do,
   * sync or async: a Map, Keyv, idb-keyval, or `FileStore` of `parallelization-agent/store-file`. A store that fails costs a
   * `journal` event, and never the run.
   * @default none
   * @example new FileStore('answers.jsonl')
   */
  store?: Store | undefined;
  /**
   * A limit that the agent shares with other processes, beside its own.
   * @default none
   * @example redisLimiter(new Redis(), { requestsPerMinute: 500, tokensPerMinute: 200_000 })
   */
  limiter?: SharedLimiter | undefined;
  /**
   * Watches all that the agent does, as `otel()` of `parallelization-agent/otel` does. Node's tracing channels
   * `parallelization-agent:run`, `:task`, `:call`, `:attempt` and `:tool` tell the same without it. Errors of it never touch a run.
   * @default nobody
   * @example otel({ content: false })
   */
  telemetry?: Telemetry | undefined;
  /**
   * Sends the requests instead of the global `fetch`: for proxies, recording, or bindings. In Node, `nodeFetch()` of
   * `parallelization-agent/node` takes a fraction of the processor time, and lets an answer begin later than after 300 s.
   * @default the global `fetch`
   * @example nodeFetch()
   * @example (url, init) => env.GATEWAY.fetch(url, init)
   */
  fetch?: ((url: string, init: RequestInit) => Promise<Response | FetchResponse>) | undefined;
}

/** What is read of an answer that is no `Response`. */
export interface FetchResponse {
  /** The status of HTTP. */
  status: number;
  /** Its headers, by name in lower case. */
  headers: { get(name: string): string | null };
  /** Its body, as pieces; without one, it is read by `text()`. */
  body: { getReader(): { read(): FetchPiece | Promise<FetchPiece>; cancel(): unknown } } | null;
  /** The whole body. */
  text(): Promise<string>;
}

/** A piece of a body, or its end. */
export type FetchPiece = { done: false; value: Uint8Array } | { done: true; value?: undefined };

/** What is watched: a run, a task in it, a call with all its tries, one attempt at it, a tool. `retry` is a moment, and no span. */
export type TelemetryKind = 'run' | 'task' | 'call' | 'attempt' | 'tool' | 'retry';

/** Something under way. */
export interface TelemetrySpan {
  /** Calls `turn`, once and at once, where all that happens within it belongs to this span. @default it is just called */
  run?(turn: () => void): void;
  /** It is over. With a `code` it failed; `ABORTED` is the code of what nobody needed any more. */
  end?(outcome: Record<string, unknown>): void;
}

/** Watches an agent's runs. */
export interface Telemetry {
  /** Whether prompts and answers are told, too. Keys never are. @default false */
  content?: boolean | undefined;
  /**
   * Something begins. Nothing is to be waited for in here.
   * @param kind what it is
   * @param info ids, and what is asked of whom
   */
  begin(kind: TelemetryKind, info: Record<string, unknown>): TelemetrySpan | undefined;
  /** An agent makes its first run. It can be asked at any moment what its limits hold back; whoever keeps it keeps it alive. */
  observe?(agent: { status(): AgentStatus }): void;
}

/** What an agent may be given: the defaults of its runs, whichever pattern they are of. */
export interface AgentDefaults extends AgentOptions {
  /** Who votes when a vote does not say. @default 3 @example 5 */
  voters?: VotingOptions['voters'] | undefined;
  /**
   * What `run` makes of a prompt without a command and of no known shape.
   * @default 'sectioning'
   * @example 'voting'
   */
  defaultStrategy?: PromptOptions['defaultStrategy'] | undefined;
}

/** How a task ended. */
export type TaskStatus = 'completed' | 'failed' | 'skipped' | 'cancelled';

/** The stable name of an error. */
export type ErrorCode =
  | 'INVALID_INPUT'
  | 'API_ERROR'
  | 'RATE_LIMITED'
  | 'QUOTA_EXCEEDED'
  | 'TIMEOUT'
  | 'DEADLINE_EXCEEDED'
  | 'NETWORK'
  | 'BAD_RESPONSE'
  | 'TRUNCATED'
  | 'REFUSED'
  | 'BUDGET_EXCEEDED'
  | 'QUORUM_NOT_MET'
  | 'RUN_FAILED'
  | 'DEPENDENCY_FAILED'
  | 'SCHEMA_MISMATCH'
  | 'CALLBACK_FAILED'
  | 'CORE_FAILED'
  | 'ABORTED';

/** Why a task has no result. */
export interface TaskError {
  /** Which failure it was: `docs/reference/errors.md` in the repository has a table of them. @example 'RATE_LIMITED' */
  code: ErrorCode;
  /** What was wrong, where, and what to do. */
  message: string;
  /** The HTTP status, where there was one. */
  status?: number;
  /** How long the server asked to wait, in milliseconds. @example 20_000 */
  retryAfterMs?: number;
  /** The provider's id of the request. */
  requestId?: string;
  /** The id of the task whose failure made this one impossible. */
  skippedBecauseOf?: string;
}

/** Something that an answer is from. */
export interface Source {
  /** Its address, where it has one. @example 'https://en.wikipedia.org/wiki/Moth' */
  url?: string;
  /** Its title, or the name of a file. */
  title?: string;
  /** What of it was used, where the provider says so. */
  text?: string;
}

/** Something that a model made. */
export interface AnswerFile {
  /** What it is. @example 'image/png' */
  mediaType: string;
  /** An address: mostly a `data:` one that holds it, as an `<img>` takes it. */
  url: string;
}

/** What is known of every task. */
export interface TaskBase {
  /** The id that you gave. */
  taskId: string;
  /**
   * What the model thought before it answered, where its provider shows that: also what it wrote between `<think>` and
   * `</think>` in front of its answer, which is then not part of the text.
   * @default absent, where there are no thoughts
   * @example 'The user asks for moths, so I count wings.'
   */
  reasoning?: string;
  /**
   * Where the answer is from, by its own word: citations, annotations and grounding of all providers, each source once.
   * @default absent, where it names none
   */
  sources?: Source[];
  /** What the model made beside its text, such as images. @default absent, where there is none */
  files?: AnswerFile[];
  /** With `raw: true`, the body of the answer as the provider sent it; of a stream, the list of its events. */
  raw?: unknown;
  /** What the model did on the way, where it had tools. */
  steps?: Step[];
  /** How it came about. */
  metadata: TaskMetadata;
}

/** A task that has a result. */
export interface CompletedTask<D = unknown> extends TaskBase {
  /** How it ended. */
  status: 'completed';
  /** The text. */
  result: string;
  /**
   * The answer parsed and checked, where a schema was given and the answer is not that to a `body`.
   * Its type is what the Standard Schema of the run's options gives out, else `unknown`; where a subtask or a worker brings another schema, say the types yourself. A date is its text, as
   * JSON has it.
   * @example (await parallelProcess<Moths | Bats>('Count', subtasks)).results[0]?.data
   */
  data?: D;
  /** There is none. */
  error?: undefined;
}

/** A task that failed for good, or that was skipped since one that it needs has no result. */
export interface FailedTask extends TaskBase {
  /** How it ended. */
  status: 'failed' | 'skipped';
  /** There is none. */
  result: null;
  /** There is none. */
  data?: undefined;
  /** Why there is no answer. */
  error: TaskError;
}

/** A task that was cut off by an abort, by the deadline, or since nobody needed its result any more. */
export interface CancelledTask extends TaskBase {
  /** How it ended. */
  status: 'cancelled';
  /** With `stream`, what had come by then. */
  result: string | null;
  /** There is none. */
  data?: undefined;
  /** Why it was cut off. */
  error: TaskError;
}

/**
 * What became of one task; `status` tells which.
 * @example if (task.status === 'completed') console.log(task.result.length); else console.error(task.error.code);
 */
export type TaskResult<D = unknown> = CompletedTask<D> | FailedTask | CancelledTask;

/** One message of a model with tools. */
export interface Step {
  /** What the model said with its calls. */
  text: string;
  /** What it thought before, where its provider shows that. */
  reasoning?: string;
  /** What it called, all at the same time. */
  toolCalls: {
    /** The call's name, as the provider gave it. */
    id: string;
    /** The tool. */
    name: string;
    /** What the model passed in. */
    arguments: unknown;
    /** What the tool gave. */
    result?: unknown;
    /** Why it gave nothing: what the model was told. */
    error?: string;
    /** How long the tool took, in milliseconds. */
    durationMs: number;
  }[];
}

/** How one result came about. Times are milliseconds since the run began. */
export interface TaskMetadata {
  /** The subtask's `type`. */
  type: string;
  /** Who answered, as the server names it. */
  model: string | null;
  /** Whose format was spoken; null where none was. */
  provider: string | null;
  /** Why the model stopped; `length` means that the answer was cut at `maxTokens`. */
  finishReason: string | null;
  /** Read and written, by all attempts. */
  tokens: number;
  /** Read, by all attempts. */
  promptTokens: number;
  /** Written, by all attempts. */
  completionTokens: number;
  /** The part of `promptTokens` that the provider had in its cache. */
  cachedTokens: number;
  /** The part of `promptTokens` that the provider put into its cache, where it says so. */
  cacheWriteTokens: number;
  /** The part of `completionTokens` that the model thought, where the provider says so. */
  reasoningTokens: number;
  /** Whether any of the counts is an estimate: the server did not say, or the attempt was cut off. */
  estimated: boolean;
  /** By your `prices`; null without a price. */
  cost: number | null;
  /**
   * What the provider itself says that all attempts cost, in its currency (OpenRouter, Perplexity); null where it does not say.
   * @example 0.00115
   */
  providerCost: number | null;
  /** The tier that answered, where the provider says it; else null. */
  tier: 'standard' | 'flex' | 'priority' | null;
  /** Requests sent. */
  attempts: number;
  /** When the first was sent. */
  startedAtMs: number | null;
  /** From then to the end. */
  durationMs: number;
  /** Spent waiting for a slot, a limit or the next try. */
  waitedMs: number;
  /** Whether the answer came from the store. */
  fromStore: boolean;
  /** The provider's id of the request that was answered, for its support desk. */
  requestId: string | null;
}

/** The sums of a run. */
export interface RunMetadata {
  /** The run's name, as in its events. */
  runId: string;
  /** The pattern that ran. */
  strategy: string;
  /** How many tasks there were. */
  totalTasks: number;
  /** Those that have a result. */
  completedTasks: number;
  /** Those that failed for good. */
  failedTasks: number;
  /** Those that needed one that failed. */
  skippedTasks: number;
  /** Those that were ended, or whose answers nobody needed any more. */
  cancelledTasks: number;
  /** Those with a result that came from the store. */
  fromStoreTasks: number;
  /** Read and written by everything that was sent: failed, aborted and the summary's calls too. */
  totalTokens: number;
  /** The part of `totalTokens` that was read. */
  promptTokens: number;
  /** The part of `totalTokens` that was written. */
  completionTokens: number;
  /** By your `prices`; null where a price is missing. */
  totalCost: number | null;
  /** From the call to the result, in milliseconds. */
  processingTimeMs: number;
  /** The work of the longest chain of tasks, without waits for limits: no run of this graph is faster. */
  criticalPathMs: number;
  /** The work of all tasks, one after another: without waits, twins of `hedge`, and answers that nobody needed any more. */
  sequentialTimeMs: number;
  /** The most calls that were under way at once. */
  maxConcurrency: number;
  /** Requests sent. */
  attempts: number;
  /** Those of them that repeated a failed one. */
  retries: number;
  /** Those of them that were twins of a slow one. */
  hedges: number;
}

/** What every pattern gives. */
export interface RunResult<D = unknown> {
  /** One for each task, in the order of the input. */
  results: TaskResult<D>[];
  /**
   * The results by the ids of their tasks; no field that is kept or sent.
   * @example (await run).byId.methodology?.result
   */
  readonly byId: Record<string, TaskResult<D> | undefined>;
  /** The sums of the run. */
  metadata: RunMetadata;
}

/** The result of a pattern that ends in a synthesis. */
export interface ProcessResult<D = unknown, S = unknown> extends RunResult<D> {
  /** The synthesis of all results; null where there is none. */
  summary: string | null;
  /** The synthesis parsed and checked, where its worker (`aggregate`, or `reduce`) has a schema. */
  summaryData?: S;
  /** Why there is no summary, where one was asked for. */
  summaryError?: TaskError;
}

/** A worker, or only its instructions. */
export type WorkerOrInstructions<D = unknown> = Worker<D> | string;

/** One section of a text. */
export interface Section {
  /** Its heading. @example 'Privacy' */
  title: string;
  /** What it is about, for its writer. @example 'What is collected, and who sees it.' */
  about?: string | undefined;
}

/** What {@link sectioning} adds to the options. */
export interface SectioningOptions {
  /**
   * Who divides the topic when no sections are given.
   * @default the default worker
   * @example 'Five sections at most, from the general to the special.'
   */
  planner?: WorkerOrInstructions | undefined;
  /**
   * `'sections'` divides the work; `'data'` cuts a long input into pieces for identical workers.
   * @default 'sections'
   * @example 'data'
   */
  split?: 'sections' | 'data' | undefined;
  /** The longest piece under `split: 'data'`, in tokens. @default 4000 @example 2000 */
  chunkTokens?: number | undefined;
}

/** The result of {@link sectioning}. */
export interface SectioningResult<D = unknown> extends ProcessResult<D> {
  /** The text, section by section. */
  sections: {
    /** Its heading. */
    title: string;
    /** Its text; null where its task has no result. */
    content: string | null;
  }[];
  /**
   * The points that the text makes.
   * @example ['Consent is rarely informed.', 'Audits find what tests do not.']
   */
  keyPoints: string[];
}

/** One who votes. */
export interface Voter extends Worker {
  /** Its name in votes and results. @default 'voter-1' and so on @example 'sceptic' */
  id?: string | undefined;
  /** What its vote counts. @default 1 @example 2 */
  weight?: number | undefined;
}

/** One vote. */
export interface Vote {
  /** The voter's name. */
  voter: string;
  /** As it was written; null where there is none. */
  answer: string | null;
  /** Why, where the voter says it. */
  reasoning?: string | null;
  /** How sure the voter is, from 0 to 1, where it says so. */
  confidence?: number | null;
  /** What it counts. */
  weight: number;
  /** What became of it: `invalid` is an answer that is no vote. */
  status: 'counted' | 'invalid' | 'failed' | 'cancelled';
}

/** A criterion: its name, or what there is to say of it. */
export type Criterion =
  | string
  | (Worker & {
      /** What it is called in `scores`. @example 'style' */
      name: string;
      /** What to look for. @example 'Is it pleasant to read?' */
      description?: string | undefined;
      /** What it counts in `total`. @default 1 @example 0.5 */
      weight?: number | undefined;
    });

/** Criteria as a list, or by their names. */
export type Criteria =
  | readonly Criterion[]
  | Record<
      string,
      | string
      | (Worker & {
          /** What to look for. */
          description?: string | undefined;
          /** What it counts in `total`. @default 1 */
          weight?: number | undefined;
        })
    >;

/** What {@link voting} adds to the options. */
export interface VotingOptions {
  /**
   * How many vote, or who: models' names or workers with weights.
   * @default 3
   * @example [{ model: 'gpt-5.6-sol', weight: 2 }, 'gpt-5.6-luna', 'gpt-5.6-terra']
   */
  voters?: number | readonly (string | Voter)[] | undefined;
  /**
   * How the winner is found. `'consensus'`: an answer that more than `threshold` of the votes share. `'weighted'`: the
   * greatest weight. `'judge'`: a call compares the answers, shuffled and without names. `'rubric'`: each is scored by
   * `criteria`. Or a function of the votes that gives a vote, its place, an answer or null.
   * @default 'consensus'
   * @example (votes) => votes.find(({ confidence }) => (confidence ?? 0) > 0.9) ?? null
   */
  select?:
    | 'consensus'
    | 'weighted'
    | 'judge'
    | 'rubric'
    | ((
        votes: Vote[],
        context: { signal: AbortSignal },
      ) => Vote | number | string | null | Promise<Vote | number | string | null>);
  /**
   * The share of votes that a winner needs, from 0 to 1.
   * @default more than half, or the most with `'weighted'`
   * @example 2 / 3
   */
  threshold?: number | undefined;
  /** What happens when two lead. @default 'judge' with `'weighted'`, else 'null' @example 'first' */
  tieBreak?: 'judge' | 'first' | 'null' | undefined;
  /**
   * Who judges.
   * @default the default worker
   * @example { model: 'gpt-5.6-sol', instructions: 'Prefer the answer that gives a source.' }
   */
  judge?: WorkerOrInstructions | undefined;
  /** What `'rubric'` goes by. @example { accuracy: 'Are the facts right?', brevity: { weight: 0.5 } } */
  criteria?: Criteria | undefined;
}

/** The result of {@link voting}. */
export interface VotingResult<D = unknown> extends RunResult<D> {
  /** As its voter wrote it; null when no answer won. */
  winner: string | null;
  /** Why it won, where a call chose. */
  reason?: string | null;
  /** One for each voter, in their order. */
  votes: Vote[];
  /**
   * Answers that are the same but for case, white space and punctuation count as one; the strongest first.
   * @example [{ answer: 'Yes', votes: 3, weight: 3 }, { answer: 'No', votes: 1, weight: 1 }]
   */
  tally: {
    /** As the first who gave it wrote it. */
    answer: string;
    /** How many gave it. */
    votes: number;
    /** What they count together. */
    weight: number;
  }[];
  /** Each voter's score, with `'rubric'`. */
  totals?: {
    /** The voter's name. */
    voter: string;
    /** The weighted mean of its scores; null where there is none. */
    total: number | null;
  }[];
  /** The winner's share of what was counted, from 0 to 1; null where nothing was. */
  agreement: number | null;
  /**
   * Calls that were cut off, or never sent, because the lead could not be overtaken any more. With
   * as many slots as voters it is often 0: all calls are sent at once, and the last to vote may
   * decide. A smaller `concurrency` saves more, and takes longer.
   */
  callsSaved: number;
  /**
   * What these would have taken, estimated: the mean of those that answered, less what each had
   * taken when it was cut off. It is 0 where there is nothing left to save: a prompt that was sent
   * is paid for, and a short answer adds little to it.
   */
  tokensSaved: number;
  /** Why no winner could be found, where that failed. */
  selectError?: TaskError;
}

/**
 * A document or an input: its text, or a row with it. Further columns of a row are not looked at, but a column named like a
 * worker's option (`model`, `tools`) is refused, since it would mean nothing.
 */
export type Document =
  | string
  | ({
      /** Unique among them; its result has it as `taskId`. @default by its place: `'input-3'` @example '2024-03' */
      id?: string | undefined;
      /** Its text. @example 'Moths came late this year.' */
      content: string;
    } & { [option in keyof Worker]?: never });

/**
 * A request's body as it stands, in the format of the `provider`: nothing is added but a missing `model` and whether to stream.
 * It goes through limits (its text is counted), retries, store and account, and the answer's body is in `raw`.
 * @example { id: 'a', body: { model: 'gpt-5.6-luna', messages: [{ role: 'user', content: 'Is it a moth?' }] } }
 */
export type RequestBody = {
  /** Unique among them; its result has it as `taskId`. @default by its place: `'input-3'` */
  id?: string | undefined;
  /** What is sent. */
  body: object;
  /** Stands for nothing here. */
  content?: never;
} & { [option in keyof Worker]?: never };

/** Inputs: all of them, or as many as are asked for. */
export type Many<T> = readonly T[] | Iterable<T> | AsyncIterable<T>;

/** What {@link mapReduce} adds to the options. */
export interface MapReduceOptions<D = unknown, S = unknown> {
  /** Who reads each document. @example 'List the themes of the article.' */
  map?: WorkerOrInstructions<D> | undefined;
  /** Who puts results together. @example { instructions: 'Merge the themes.', model: 'gpt-5.6-sol' } */
  reduce?: WorkerOrInstructions<S> | undefined;
  /** How many results one reduce takes. @default 8 @example 4 */
  fanIn?: number | undefined;
  /** The longest piece that one call is shown, in tokens. @default 4000 @example 8000 */
  chunkTokens?: number | undefined;
  /**
   * The model's context, in tokens, from 256 up. Every map and reduce keeps its prompt and its answer within it: the answer
   * is cut at a third of it, or at `maxTokens` where that is less. Tokens are taken to have four bytes.
   * @default none: a reduce is shown `chunkTokens` of results, or two of them
   * @example 32_768
   */
  contextTokens?: number | undefined;
}

/** The result of {@link mapReduce}. */
export interface MapReduceResult<D = unknown, S = unknown> extends ProcessResult<D, S> {
  /** How many levels of reduces there were. */
  levels: number;
  /** The ids of those that could not be read; the reduces were told. */
  failedDocuments: string[];
}

/** What {@link batch} adds to the options. */
export interface BatchOptions<D = unknown> {
  /** How many items are taken from an iterable before the first of them is done. @default 64 @example 256 */
  window?: number | undefined;
  /**
   * Takes each result as it completes. An iterable is asked for further items only when it is done with those. What it
   * throws ends the run.
   * @example async ({ taskId, result }) => database.save(taskId, result)
   */
  onResult?: ((result: BatchTaskResult<D>, context: { signal: AbortSignal }) => unknown) | undefined;
  /**
   * Whether the run's promise gives the results. If not, `results` is empty and the table of the events has no rows, but
   * `metadata` counts all the same, and never more than a window is in memory.
   *
   * Kept results are handed over at the end, one by one. Until then the core's memory holds each input, its answer and about
   * 1 kB for each, and an instance of WebAssembly never gives memory back: it is there for the next run. For a million inputs,
   * read `results()` or take them with `onResult`.
   * @default true, but false for a run whose results are read with {@link BatchRun.results}
   * @example false
   */
  keepResults?: boolean | undefined;
}

/**
 * What became of one input. Where the run has a `schema`, each that completed has its `data`.
 * @example if (row.status === 'completed') console.log(row.data.positive); else console.error(row.error.code);
 */
export type BatchTaskResult<D = unknown> = (CompletedTask<D> & { data: D }) | FailedTask | CancelledTask;

/** The result of {@link batch}. */
export interface BatchResult<D = unknown> extends RunResult<D> {
  /** One for each input, in their order. */
  results: BatchTaskResult<D>[];
  /** The results by the ids of their inputs; no field that is kept or sent. */
  readonly byId: Record<string, BatchTaskResult<D> | undefined>;
}

/** A run of {@link batch}. */
export class BatchRun<D = unknown> extends ParallelRun<BatchResult<D>> {
  protected constructor();
  /**
   * The results one by one, as they complete or in the order of the inputs. A result that is not read holds its place in
   * `window`: an iterable is asked for items no faster than they are read. A failed run throws here, too. Leaving the loop
   * aborts the run.
   * @throws `Error` when it is not called in the same turn as `batch`, or is called twice
   * @example for await (const { taskId, result } of batch(lines).results({ order: 'input' })) console.log(taskId, result);
   */
  results(options?: {
    /** @default 'completion' */
    order?: 'completion' | 'input';
  }): AsyncGenerator<BatchTaskResult<D>, void>;
}

/** What {@link bestOf} adds to the options. */
export interface BestOfOptions {
  /**
   * Who chooses.
   * @default the default worker
   * @example 'Choose the translation that a native speaker would write.'
   */
  picker?: WorkerOrInstructions | undefined;
}

/** The result of {@link bestOf}. */
export interface BestOfResult<D = unknown> extends RunResult<D> {
  /** The text that was chosen; null when none could be. */
  winner: string | null;
  /** The id of its task. */
  winnerId: string | null;
  /** Why it was chosen. */
  reason: string | null;
  /** Why none was chosen, where that failed. */
  selectError?: TaskError;
}

/** The result of {@link evaluate}. */
export interface EvaluateResult extends RunResult {
  /** From 0 to 10, by criterion; null where a score could not be had. @example { clarity: 8, evidence: 6 } */
  scores: Record<string, number | null>;
  /**
   * Why, by criterion; null where it was not said.
   * @example { clarity: 'Short sentences.', evidence: 'Two claims have no source.' }
   */
  reasons: Record<string, string | null>;
  /** The weighted mean of the scores that there are; null where there is none. */
  total: number | null;
}

/** A copy's own context: text, or a worker with it. */
export type CloneContext =
  | string
  | (Worker & {
      /** Its key in `merged`: needed in a list, and known in an object of contexts. @example 'de' */
      id?: string | undefined;
      /** What this copy alone is told. @example 'Our users in Germany are formal.' */
      context?: string | undefined;
    });

/** The result of {@link clones}. */
export interface ClonesResult<D = unknown> extends RunResult<D> {
  /**
   * Each copy's answer, by its context's key.
   * @example { de: 'Version 2 ist da.', fr: 'La version 2 est là.' }
   */
  merged: Record<string, string | null>;
}

/** A guard: what it looks out for, or a worker. */
export type Guard =
  | string
  | (Worker & {
      /** What it is called in `verdicts`. @example 'privacy' */
      name: string;
      /** What it screens. @default 'input' @example 'output' */
      on?: 'input' | 'output' | undefined;
    });

/** What {@link guarded} adds to the options. */
export interface GuardedOptions {
  /**
   * Whether the answer is begun beside its guards, or after them. Either way nothing of it is shown, in events too, before
   * the guards of the input have passed; and where there are guards of the output, before these have. Tools wait for the
   * guards of the input in either mode, save those that say they are `readOnly`.
   * @default 'parallel'
   * @example 'blocking'
   */
  mode?: 'parallel' | 'blocking' | undefined;
  /** Whether a guard that fails counts as passed. @default false @example true */
  failOpen?: boolean | undefined;
}

/** The result of {@link guarded}. */
export interface GuardedResult extends RunResult {
  /** Null when a guard tripped. */
  answer: string | null;
  /** One for each guard, in their order. */
  verdicts: {
    /** The guard's name. */
    guard: string;
    /** Whether it tripped; null when it did not come to a verdict. */
    tripped: boolean | null;
    /** Why. */
    reason: string | null;
  }[];
  /** The guard that tripped first. */
  blocked: {
    /** The guard's name. */
    guard: string;
    /** Why it tripped. */
    reason: string | null;
  } | null;
  /** Calls that were cut off, or never made, because a guard tripped. */
  callsSaved: number;
  /** What these would have taken, estimated. */
  tokensSaved: number;
}

/** What {@link run} adds to the options: those of every pattern, and what to do with a prompt of no known shape. */
export interface PromptOptions<D = unknown, S = unknown>
  extends SectioningOptions,
    VotingOptions,
    MapReduceOptions<D, S>,
    BatchOptions<D>,
    BestOfOptions,
    GuardedOptions {
  /** @default 'sectioning' @example 'bestOf' */
  defaultStrategy?: 'sectioning' | 'voting' | 'mapReduce' | 'bestOf' | 'batch' | undefined;
}

/** The result of {@link run}: that of the pattern which `metadata.strategy` names. */
export type PromptResult<D = unknown, S = unknown> = RunResult<D> &
  Partial<
    Omit<
      SectioningResult &
        VotingResult &
        MapReduceResult<D, S> &
        BestOfResult &
        EvaluateResult &
        ClonesResult &
        GuardedResult,
      keyof RunResult
    >
  >;

/** What every event has. */
interface AnyEvent<T extends string> {
  /** Which event it is. */
  type: T;
  /** Milliseconds since 1970. */
  timestamp?: number;
}

/** What belongs to one task, or to one of the run's own calls, such as its summary. */
interface TaskEvent<T extends string> extends AnyEvent<T> {
  /** The task's subagent. */
  subagentRunId: string;
  /** The id of the task; of a call of the run's own, its name. */
  taskId: string;
}

/** A change of a document, as RFC 6902 has it. */
export interface PatchOperation {
  /** What is done. */
  op: 'add' | 'replace';
  /** Where. */
  path: string;
  /** What stands there now. */
  value: unknown;
}

/**
 * An AG-UI 1.0 event; `type` tells which. The shapes are those of `@ag-ui/core`; `taskId` comes on top.
 * @example for await (const event of run) if (event.type === 'TEXT_MESSAGE_CONTENT') console.log(event.taskId, event.delta);
 */
export type RunEvent =
  | (AnyEvent<'RUN_STARTED'> & { threadId: string; runId: string })
  | (AnyEvent<'RUN_FINISHED'> & {
      threadId: string;
      runId: string;
      outcome: { type: 'success' | 'cancelled' };
      // biome-ignore lint/suspicious/noExplicitAny: what the run's promise gives.
      result?: any;
    })
  | (AnyEvent<'RUN_ERROR'> & {
      message: string;
      code: ErrorCode;
      usage?: {
        provider: string;
        model: string;
        inputTokens: number;
        outputTokens: number;
        totalTokens: number;
        reasoningTokens: number;
        cachedInputTokens: number;
      }[];
    })
  | (AnyEvent<'STEP_STARTED' | 'STEP_FINISHED'> & { stepName: string })
  | (TaskEvent<'SUBAGENT_STARTED'> & {
      name: string;
      description: string;
      metadata: { dependencies: string[] };
    })
  | (TaskEvent<'SUBAGENT_FINISHED'> & { outcome: { type: 'success' } })
  | (TaskEvent<'SUBAGENT_ERROR'> & { message: string; code: ErrorCode })
  | (TaskEvent<'TEXT_MESSAGE_START'> & { messageId: string; role: 'assistant' })
  | (TaskEvent<'TEXT_MESSAGE_CONTENT'> & { messageId: string; delta: string })
  | (TaskEvent<'TEXT_MESSAGE_END'> & { messageId: string })
  | (TaskEvent<'REASONING_START'> & { messageId: string })
  | (TaskEvent<'REASONING_MESSAGE_START'> & { messageId: string; role: 'reasoning' })
  | (TaskEvent<'REASONING_MESSAGE_CONTENT'> & { messageId: string; delta: string })
  | (TaskEvent<'REASONING_MESSAGE_END'> & { messageId: string })
  | (TaskEvent<'REASONING_END'> & { messageId: string })
  | (TaskEvent<'TOOL_CALL_START'> & { toolCallId: string; toolCallName: string })
  | (TaskEvent<'TOOL_CALL_ARGS'> & { toolCallId: string; delta: string })
  | (TaskEvent<'TOOL_CALL_END'> & { toolCallId: string })
  | (TaskEvent<'TOOL_CALL_RESULT'> & { messageId: string; toolCallId: string; content: string; role: 'tool' })
  // biome-ignore lint/suspicious/noExplicitAny: documents of the run, which grow with the versions.
  | (AnyEvent<'STATE_SNAPSHOT'> & { snapshot: any })
  | (AnyEvent<'STATE_DELTA'> & { delta: PatchOperation[] })
  | (AnyEvent<'ACTIVITY_SNAPSHOT'> & {
      messageId: string;
      activityType: string;
      // biome-ignore lint/suspicious/noExplicitAny: documents of the run, which grow with the versions.
      content: any;
      replace?: boolean;
    })
  | (AnyEvent<'ACTIVITY_DELTA'> & { messageId: string; activityType: string; patch: PatchOperation[] })
  // biome-ignore lint/suspicious/noExplicitAny: each name has a value of its own.
  | (AnyEvent<'CUSTOM'> & { name: string; value: any });

/** Where a run stands. */
export interface RunSnapshot extends RunMetadata {
  /** The ids of the tasks at work, and of the run's own calls, such as `summary`. */
  running: string[];
  /** What the limits of its agent hold back, other runs of it included. */
  pools: PoolStatus[];
}

/** The calls to one model at one address, which share its limits. */
export interface PoolStatus {
  /** The model's name. */
  model: string;
  /** The server's host and port; null for a function of the caller's. */
  host: string | null;
  /** Calls that wait for a slot, for the clock or for the end of a pause. Those that wait to be tried again are not among them. */
  queued: number;
  /** Requests under way. */
  inFlight: number;
  /** When the pause ends that the server asked for, as `Date.now()` counts; null when there is none. */
  pausedUntilMs: number | null;
  /** How many requests may be under way: `concurrency`, or what `'auto'` has found. Null without any limit. */
  level: number | null;
  /** The share of the limit of requests that is used, from 0 to 1; of the fullest of several. Null without such a limit. */
  requestsUsed: number | null;
  /** The share of the limit of tokens that is used or set aside, from 0 up; of the fullest of several. Null without such a limit. */
  tokensUsed: number | null;
  /** A row for each limit that you have set: its requests or tokens, and the share that is used or set aside. */
  limits: {
    /** How many requests; null where the limit is of tokens. */
    requests: number | null;
    /** How many tokens; null where the limit is of requests. */
    tokens: number | null;
    /** In which time. */
    per: 'second' | 'minute' | 'hour' | 'day';
    /** From 0 up. */
    used: number;
  }[];
}

/** What an agent's limits hold back at a moment. */
export interface AgentStatus {
  /** Calls that wait, in all pools. */
  queued: number;
  /** Requests under way, in all pools. */
  inFlight: number;
  /** A row for each model at each address that is in use, or was a moment ago. */
  pools: PoolStatus[];
}

/**
 * A run: a promise of its result, and an async iterable of its events.
 *
 * There may be any number of listeners, and each may come when it likes: one that comes late is first told where the run
 * stands (state, table, and of each task what it has said so far), and one that comes after the end is told all of it. A
 * slow one holds up nothing and fills no memory: when it is 256 events behind, pieces of one text that it has not taken
 * become one piece, and patches one patch, so that what waits for it is bounded by the number of tasks and not of tokens.
 * Of tasks that are over and of which it has taken nothing yet, only the last 10,000 wait: state and table count all.
 *
 * Whoever follows the events (a loop, `toEventStream`, `onEvent`) is told of a failure there, by `RUN_ERROR`, and need not await
 * the run. Awaiting it rejects all the same. Follow them from the turn in which the run begins: a run that fails while nobody
 * follows or awaits it is an unhandled rejection, as with every promise.
 *
 * All functions that are passed in are called in the async context of the call that began the run (`AsyncLocalStorage` in Node,
 * `AsyncContext` where there is one), however many runs share an agent.
 */
export class ParallelRun<R = ProcessResult> extends Promise<R> implements AsyncIterable<RunEvent> {
  protected constructor();
  /** The run's name. */
  readonly runId: string;
  /** The conversation that it belongs to. */
  readonly threadId: string;
  /**
   * Ends the run and every request of it. It then rejects with an {@link AbortError} whose `cause` is the reason.
   * @example button.onclick = () => run.abort('stopped by the user')
   */
  abort(reason?: unknown): void;
  /**
   * Where the run stands, at any moment: all zero before it begins, and the final sums after its end.
   * @example const { completedTasks, totalTasks } = run.snapshot();
   */
  snapshot(): RunSnapshot;
  /**
   * The run's events. Leaving the loop does not end the run.
   * @example for await (const event of run) if (event.type === 'TEXT_MESSAGE_CONTENT') show(event.delta);
   */
  [Symbol.asyncIterator](): AsyncGenerator<RunEvent, void>;
  /**
   * The events as server-sent events, made as they are asked for. Cancelling the stream does not end the run.
   * @example new Response(run.toEventStream(), { headers: eventStreamHeaders })
   */
  toEventStream(): ReadableStream<Uint8Array>;
}

/**
 * What to send beside the body that {@link ParallelRun.toEventStream} gives: the content type, and no buffering.
 * @example new Response(run.toEventStream(), { headers: eventStreamHeaders })
 */
export const eventStreamHeaders: {
  /** That these are server-sent events. */
  'content-type': string;
  /** That nothing on the way keeps them. */
  'cache-control': string;
};

/**
 * Holds what runs share: limits, budget, account. On Cloudflare Workers each request needs one of its own: there, no request
 * can wait for another.
 * @example const agent = new ParallelAgent({ concurrency: 8, requestsPerMinute: 500, budget: { tokens: 1_000_000 } });
 */
export class ParallelAgent {
  constructor(options?: AgentDefaults);
  /**
   * What its limits hold back at this moment, for a dashboard. It is cheap; nothing is counted for it.
   * @example const { queued, pools } = new ParallelAgent().status();
   */
  status(): AgentStatus;
  /** As the function of that name, within the agent's limits. */
  parallelProcess<D = unknown, S = unknown>(
    task: string,
    subtasks: readonly Subtask[],
    options?: RunOptions<D, S>,
  ): ParallelRun<ProcessResult<D, S>>;
  /** As the function of that name, within the agent's limits. */
  sectioning<D = unknown>(
    topic: string,
    sections?: readonly (string | Section)[] | null,
    options?: RunOptions<D> & SectioningOptions,
  ): ParallelRun<SectioningResult<D>>;
  /** As the function of that name, within the agent's limits. */
  sectioning<D = unknown>(
    topic: string,
    options: RunOptions<D> & SectioningOptions,
  ): ParallelRun<SectioningResult<D>>;
  /** As the function of that name, within the agent's limits. */
  voting<D = unknown>(
    question: string,
    options?: RunOptions<D> & VotingOptions,
  ): ParallelRun<VotingResult<D>>;
  /** As the function of that name, within the agent's limits. */
  mapReduce<D = unknown, S = unknown>(
    documents: readonly Document[],
    options?: RunOptions<D, S> & MapReduceOptions<D, S>,
  ): ParallelRun<MapReduceResult<D, S>>;
  /** As the function of that name, within the agent's limits. */
  batch<D = unknown>(inputs: Many<Document>, options?: RunOptions<D> & BatchOptions<D>): BatchRun<D>;
  /** As the function of that name, within the agent's limits. */
  batch<D = unknown>(
    inputs: Many<Document | RequestBody>,
    options?: RunOptions<D> & BatchOptions<D | undefined>,
  ): BatchRun<D | undefined>;
  /** As the function of that name, within the agent's limits. */
  perspectives<D = unknown, S = unknown>(
    input: string,
    workers:
      | readonly (string | (Worker & { name?: string | undefined }))[]
      | Record<string, WorkerOrInstructions>,
    options?: RunOptions<D, S>,
  ): ParallelRun<ProcessResult<D, S>>;
  /** As the function of that name, within the agent's limits. */
  bestOf<D = unknown>(
    input: string,
    n?: number,
    options?: RunOptions<D> & BestOfOptions,
  ): ParallelRun<BestOfResult<D>>;
  /** As the function of that name, within the agent's limits. */
  evaluate(subject: string, criteria: Criteria, options?: RunOptions): ParallelRun<EvaluateResult>;
  /** As the function of that name, within the agent's limits. */
  clones<D = unknown>(
    contexts: Record<string, CloneContext> | readonly CloneContext[],
    content: string,
    options?: RunOptions<D>,
  ): ParallelRun<ClonesResult<D>>;
  /** As the function of that name, within the agent's limits. */
  guarded(
    input: string,
    guards: readonly Guard[] | Record<string, WorkerOrInstructions>,
    options?: RunOptions & GuardedOptions,
  ): ParallelRun<GuardedResult>;
  /** As the function of that name, within the agent's limits. */
  run<D = unknown, S = unknown>(
    prompt: string,
    options?: RunOptions<D, S> & PromptOptions<D, S>,
  ): ParallelRun<PromptResult<D, S>>;
}

/**
 * Runs subtasks in parallel, each the moment that its dependencies are done, and puts their results together.
 *
 * @param task what it is all for
 * @param subtasks what to do
 * @throws {@link InvalidInputError} with everything that is wrong with the input; no request was sent
 * @throws {@link AbortError} after an abort
 * @throws {@link ParallelError} when no task completed, fewer than `quorum` did, or one failed under `onError: 'throw'`
 * @example
 * const result = await parallelProcess('Analyze a research paper', [
 *   { id: 'methodology', type: 'analysis', content: 'Analyze methodology section' },
 *   { id: 'results', type: 'analysis', content: 'Analyze results section' },
 *   { id: 'discussion', type: 'analysis', content: 'Analyze discussion', dependencies: ['methodology', 'results'] },
 * ]);
 */
export function parallelProcess<D = unknown, S = unknown>(
  task: string,
  subtasks: readonly Subtask[],
  options?: AgentOptions<D, S>,
): ParallelRun<ProcessResult<D, S>>;

/**
 * Writes a text in sections, each seeing the outline and not the others, and puts them together. Without sections a
 * call divides the topic, unless it reads `Topic: A, B, C`.
 *
 * @example
 * const { sections, keyPoints } = await sectioning('AI ethics', ['Privacy', 'Bias', 'Transparency']);
 */
export function sectioning<D = unknown>(
  topic: string,
  sections?: readonly (string | Section)[] | null,
  options?: AgentOptions<D> & SectioningOptions,
): ParallelRun<SectioningResult<D>>;
export function sectioning<D = unknown>(
  topic: string,
  options: AgentOptions<D> & SectioningOptions,
): ParallelRun<SectioningResult<D>>;

/**
 * Asks several workers the same question and finds the answer that wins. It ends as soon as the lead cannot be
 * overtaken.
 *
 * @example
 * const { winner, tally } = await voting('Is remote work better than office work?', { voters: 5 });
 */
export function voting<D = unknown>(
  question: string,
  options?: AgentOptions<D> & VotingOptions,
): ParallelRun<VotingResult<D>>;

/**
 * Reads documents in parallel and puts the results together in a tree, each reduce as soon as its inputs are there.
 *
 * @example
 * const { summary } = await mapReduce(articles, { map: 'List the themes.', reduce: 'Merge the themes.', fanIn: 10 });
 */
export function mapReduce<D = unknown, S = unknown>(
  documents: readonly Document[],
  options?: AgentOptions<D, S> & MapReduceOptions<D, S>,
): ParallelRun<MapReduceResult<D, S>>;

/**
 * Does the same with many inputs. One that fails does not stop the others. Names in an array have to be unique; of an
 * iterable's, one that comes again gets a number: `a`, `a#2`.
 *
 * @example
 * const { results } = await batch(articles, { instructions: 'Summarise the article in a sentence.' });
 */
export function batch<D = unknown>(
  inputs: Many<Document>,
  options?: AgentOptions<D> & BatchOptions<D>,
): BatchRun<D>;
/**
 * The answer to a {@link RequestBody} is read by no schema: it has no `data`.
 *
 * @example
 * const { results } = await batch([{ body: { messages: [{ role: 'user', content: 'Is it a moth?' }] } }]);
 */
export function batch<D = unknown>(
  inputs: Many<Document | RequestBody>,
  options?: AgentOptions<D> & BatchOptions<D | undefined>,
): BatchRun<D | undefined>;

/**
 * Shows one input to different specialists and puts their views together.
 *
 * @example
 * const { summary } = await perspectives(plan, { security: 'You look for holes.', cost: 'You count the money.' });
 */
export function perspectives<D = unknown, S = unknown>(
  input: string,
  workers:
    | readonly (string | (Worker & { name?: string | undefined }))[]
    | Record<string, WorkerOrInstructions>,
  options?: AgentOptions<D, S>,
): ParallelRun<ProcessResult<D, S>>;

/**
 * Has `n` candidates written (3 unless said otherwise) and lets a call choose.
 *
 * @example
 * const { winner } = await bestOf('Translate into French: a small step', 3);
 */
export function bestOf<D = unknown>(
  input: string,
  n?: number,
  options?: AgentOptions<D> & BestOfOptions,
): ParallelRun<BestOfResult<D>>;

/**
 * Scores a subject by each criterion, all at once.
 *
 * @example
 * const { scores, total } = await evaluate(essay, ['clarity', 'evidence', { name: 'style', weight: 0.5 }]);
 */
export function evaluate(
  subject: string,
  criteria: Criteria,
  options?: AgentOptions,
): ParallelRun<EvaluateResult>;

/**
 * Runs isolated copies of one task: locales, platforms, tenants. No copy ever sees the context of another.
 *
 * @example
 * const { merged } = await clones({ de: 'Write German.', fr: 'Write French.' }, 'Announce the release.');
 */
export function clones<D = unknown>(
  contexts: Record<string, CloneContext> | readonly CloneContext[],
  content: string,
  options?: AgentOptions<D>,
): ParallelRun<ClonesResult<D>>;

/**
 * Answers beside guards that screen the input, or the answer; the first that trips ends the answer at once.
 *
 * @example
 * const { answer, blocked } = await guarded(question, { privacy: 'Trip on personal data.' });
 */
export function guarded(
  input: string,
  guards: readonly Guard[] | Record<string, WorkerOrInstructions>,
  options?: AgentOptions & GuardedOptions,
): ParallelRun<GuardedResult>;

/**
 * Runs a prompt: by its command (`/voting …`, `/sectioning Topic: A, B`, `/mapreduce doc1: text | doc2: text`), else by its
 * shape, else by `defaultStrategy`.
 *
 * @example
 * const { winner } = await run('/voting Is remote work better than office work?');
 */
export function run<D = unknown, S = unknown>(
  prompt: string,
  options?: AgentOptions<D, S> & PromptOptions<D, S>,
): ParallelRun<PromptResult<D, S>>;

/**
 * What a run rejects with.
 * @example parallelProcess(task, subtasks).catch(({ code, results }) => console.error(code, results));
 */
export class ParallelError extends Error {
  /** Which failure it was: `docs/reference/errors.md` in the repository has a table of them. */
  readonly code: ErrorCode;
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The provider's id of the request. */
  readonly requestId?: string;
  /** As far as they came. */
  readonly results?: TaskResult[];
  /** The sums so far. */
  readonly metadata?: RunMetadata;
}

/**
 * Whether an error is one of the package's: in a `catch` of TypeScript, and where there is more than one copy of the package,
 * such as CommonJS beside modules.
 * @example catch (error) { if (isParallelError(error)) console.error(error.code, error.results); else throw error; }
 */
export function isParallelError(error: unknown): error is ParallelError;

/**
 * The input is wrong. No request was sent.
 * @example if (error instanceof InvalidInputError) for (const { path, message } of error.issues) console.error(path, message);
 */
export class InvalidInputError extends ParallelError {
  /** Always this. */
  readonly code: 'INVALID_INPUT';
  /** How many things are wrong in all. */
  readonly totalIssues: number;
  /** What is wrong, each with its place: the first 20. */
  readonly issues: {
    /** Where, such as `subtasks[3].dependencies[0]`. */
    path: string;
    /** What was expected, and what to do. */
    message: string;
    /** What was there instead. */
    received: string;
  }[];
}

/** The run was aborted. @example if (error instanceof AbortError) console.log('Stopped:', error.cause); */
export class AbortError extends ParallelError {
  /** As the platform names an abort. */
  readonly name: 'AbortError';
  /** Always this. */
  readonly code: 'ABORTED';
  /** The reason that was given to `abort` or the signal. */
  readonly cause: unknown;
}
