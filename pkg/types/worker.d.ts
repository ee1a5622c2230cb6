/** Who answers: a model at an address, or a function of the caller. */

import type { CompleteFunction } from './model-function.js';
import type { JsonSchema, StandardSchema } from './schema.js';
import type { Tool } from './tool.js';

/**
 * A piece of text, an image, a file or a sound within a task's content, as OpenAI's API writes it.
 * The forms of Vercel's AI SDK (`{ type: 'file', data, mediaType }`) and of the Model Context
 * Protocol (`{ type: 'image', data, mimeType }`) are understood as well, also where a tool gives a
 * list of them: the model is then shown what they hold.
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
        /**
         * How closely it is looked at; for `'openai'` and `'openai-responses'`.
         * @default 'auto'
         * @example 'low'
         */
        detail?: 'auto' | 'low' | 'high' | undefined;
      };
    }
  | {
      /** A document, such as a PDF. */
      type: 'file';
      /** Where it is. */
      file: {
        /**
         * A `data:` address that holds it, or an `https:` one where the provider fetches it:
         * `'openai-responses'`, `'anthropic'`, `'gemini'`, OpenRouter.
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

/**
 * Who answers, and in what manner. Every field is optional; what is missing comes from the layer
 * below.
 */
export interface Worker<D = unknown> {
  /**
   * The wire format. `'openai'` is right for every server that speaks OpenAI's chat completions:
   * Ollama, vLLM, llama.cpp, LM Studio, OpenRouter, Groq, Together, Mistral, Azure and others.
   * `'openai-responses'` is OpenAI's newer API, which its newest models want for tools (`'openai'`
   * goes over to it by itself for a model that OpenAI refuses, and a `CUSTOM` event `unsupported`
   * says so); it is used statelessly, so that nothing is kept at the server, and it has no `stop`
   * and no `seed`. A worker with another provider than the defaults takes over no address, key,
   * headers, model or `extraBody` from them.
   * @default 'openai'
   * @example 'anthropic'
   */
  provider?: 'openai' | 'openai-responses' | 'anthropic' | 'gemini' | undefined;
  /**
   * Your own function in place of a provider: another SDK, a model in the page, a queue. Limits,
   * retries, time-outs, events and accounts work over it as over HTTP. An error with `status` and
   * `headers` is classified like an HTTP answer.
   *
   * It may run something on its own agent: it lends its slot to that run meanwhile, whose calls go
   * ahead of others; one that does not fit beside it into the `budget` fails at once. This needs
   * async contexts. Where there are none, as in pages, a run is known by beginning before the
   * function first waits, or by the function's `signal`; another waits for a slot as long as
   * `timeoutMs` lets the function wait.
   * @example async ({ messages }, { signal }) => (await client.chat(messages, { signal })).text
   */
  complete?: CompleteFunction | undefined;
  /**
   * What the answer must look like: JSON Schema, or a Standard Schema object such as Zod's (from
   * 4.2) or ArkType's; Valibot's by `toStandardJsonSchema` of `@valibot/to-json-schema`, older
   * Zod's with `jsonSchema` beside it. Sent the provider's own way where it has one, else, and to a
   * server that refuses that with a 400, asked for in words. The checked answer is in
   * `result.data`; one that does not fit is asked for once more, with the reason. What a JSON
   * Schema says that is not checked, such as a reference to elsewhere, is INVALID_INPUT.
   * @default none
   * @example z.object({ moths: z.number() })
   */
  schema?: JsonSchema | StandardSchema<D> | undefined;
  /**
   * What a model is told of a `schema` whose library gives no JSON Schema by itself. The library
   * still checks the answer.
   * @default what the library gives
   * @example z.toJSONSchema(schema)
   */
  jsonSchema?: object | undefined;
  /**
   * The address of the API, up to and with its version. In a page it may be a path of the page's
   * own server: `'/api/v1'`.
   * @default the environment variable `OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL` or `GEMINI_BASE_URL`,
   *   else the provider's own
   * @example 'http://localhost:11434/v1'
   */
  baseURL?: string | undefined;
  /**
   * The key. It is sent in a header and is in no error, event, result or address. It belongs to the
   * `baseURL` that it is given with: a worker, voter or fallback with another one needs a key of
   * its own, or is asked without. A function is asked before each request, for tokens that live an
   * hour (Entra, Vertex, workload identity): keep its token until it runs out. Where it fails, that
   * attempt has failed; a `store` then needs a `storeNamespace`.
   * @default the environment variable `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, `GEMINI_API_KEY` or
   *   `GOOGLE_API_KEY`, for the provider's own address, the environment's, and the `baseURL` of the
   *   options of the run or its agent
   * @example process.env.GROQ_API_KEY
   */
  apiKey?: string | (() => string | PromiseLike<string>) | undefined;
  /** Sent with each request, after the format's own headers. @example { 'x-team': 'search' } */
  headers?: Record<string, string> | undefined;
  /**
   * The model's name at its provider; an array of deployments, which are the same model in several
   * places ({@link Deployment}); or a model object of Vercel's AI SDK (specification v2, v3 or v4).
   * Such a model is asked directly, with the SDK's own retries left aside; `baseURL`, `apiKey` and
   * `headers` are those it was made with, and `extraBody` reaches it as `providerOptions`.
   * @default the environment variable `OPENAI_MODEL`, `ANTHROPIC_MODEL` or `GEMINI_MODEL`, else
   *   `'gpt-5.6-luna'`, `'claude-haiku-5-5'` or `'gemini-flash-latest'`
   * @example 'llama3.2'
   */
  model?: string | LanguageModelLike | readonly Deployment[] | undefined;
  /**
   * The system message: what kind of worker it is. With `''` there is none: nothing is added to the
   * content, save the form of an answer that a pattern has to read.
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
   * How hard the model thinks before it answers: `reasoning_effort`, `reasoning.effort`, `thinking`
   * and `output_config.effort`, or `thinkingConfig`. A level that a model of Anthropic or Google
   * does not have becomes the nearest below it.
   * @default the model's own
   * @example 'low'
   */
  reasoning?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | undefined;
  /**
   * Among how many of the likeliest words the model chooses, as a share from 0 to 1.
   * @default the server's own
   * @example 0.9
   */
  topP?: number | undefined;
  /**
   * Whether the model has to call a tool, and which. It holds until a tool has run; from then on it
   * is `'auto'`, so that the model can answer. `'none'` holds to the end.
   * @default 'auto'
   * @example { name: 'weather' }
   */
  toolChoice?: 'auto' | 'none' | 'required' | { name: string } | undefined;
  /**
   * Tools that the provider runs by itself, such as a web search, in the provider's own form: they
   * are sent as they stand, beside the worker's `tools`.
   * @default none
   * @example [{ type: 'web_search' }]
   */
  serverTools?: readonly object[] | undefined;
  /**
   * Earlier turns, which stand between the instructions and the question: examples, or a
   * conversation so far. They are not shown to calls that a pattern makes of its own, such as the
   * summary.
   * @default none
   * @example [{ role: 'user', content: 'Moth?' }, { role: 'assistant', content: 'Yes' }]
   */
  history?: readonly HistoryMessage[] | undefined;
  /**
   * How soon the answer is needed, and at what price: `service_tier` at OpenAI and Anthropic,
   * `serviceTier` at Gemini. Anthropic has no `'flex'`.
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
   * Further fields of the request's body, which have the last word: `null` takes a field out,
   * objects that both have are put together, and so are lists of `tools`.
   * @example { top_k: 40, temperature: null }
   */
  extraBody?: Record<string, unknown> | undefined;
  /**
   * What the model may call. All calls of one message run at the same time.
   * @default none
   * @example
   * [{
   *   name: 'weather',
   *   parameters: { type: 'object' },
   *   execute: ({ city }) => forecast(city),
   * }]
   */
  tools?: readonly Tool[] | undefined;
  /**
   * Whether, of calls that begin with the same long text, the first goes alone, so that the
   * provider's prompt cache serves the others: these follow when its answer begins to come with
   * `stream`, else when it is there, and if it fails, at once. The same text are the model, the
   * `instructions`, the tools, and what a pattern shows to several calls: a question, an outline, a
   * subject. `true`: from 1,024 tokens, and Anthropic is told what to keep. `false`: never.
   * @default from 4,096 tokens with `stream`, but not for Anthropic or `complete`
   * @example true
   */
  warmPrefix?: boolean | undefined;
  /**
   * How many model calls a task with tools may take. At the limit its `finishReason` is
   * `'tool_calls'`.
   * @default 8
   * @example 3
   */
  maxSteps?: number | undefined;
  /**
   * The longest answer that is taken in, in bytes: of the text, whole or streamed, and of what a
   * compressed body becomes. A longer one is a `BAD_RESPONSE` and is read no further. Up to
   * 268,435,456 (256 MiB).
   * @default 33_554_432 (32 MiB)
   * @example 1_000_000
   */
  maxAnswerBytes?: number | undefined;
}

/**
 * One of several places where a model is: what it does not say is as the worker says. A call goes
 * to the one that opens first and has the fewest calls; one that refuses or fails is left alone for
 * a while (5 s, or as long as it asks), and the call goes to the next, as often as `maxRetries`
 * allows all of them. Limits are each one's own, for two keys at one address as well. A `CUSTOM`
 * event `deployment` tells when a call leaves one.
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
  /**
   * What the assistant called. `tool_calls` in OpenAI's form is understood, too.
   * @default none
   */
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
  // biome-ignore lint/suspicious/noExplicitAny: each version of it has its own types.
  doGenerate(options: any): PromiseLike<any>;
  /** Gives an answer in parts. */
  // biome-ignore lint/suspicious/noExplicitAny: each version of it has its own types.
  doStream(options: any): PromiseLike<any>;
}

/** A worker, or only its instructions. */
export type WorkerOrInstructions<D = unknown> = Worker<D> | string;
