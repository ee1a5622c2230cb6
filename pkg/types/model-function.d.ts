/** A function of the caller that answers for a model. */

import type { ContentPart } from './worker.js';

/** What a {@link CompleteFunction} is asked. */
export interface CompleteRequest {
  /** The name that the worker has for its model. */
  model: string;
  /** The conversation, system message first. */
  messages: {
    /** Who speaks. */
    role: 'system' | 'user' | 'assistant' | 'tool';
    /**
     * What is said; parts are in OpenAI's form. A tool's message has parts where the tool gave
     * something to look at.
     */
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

/** A part of a message as a {@link CompleteFunction} gets it: always in OpenAI's form. */
export type RequestPart = Exclude<ContentPart, { data: string }>;

/** What a {@link CompleteFunction} gives; any field may be missing. */
export interface CompleteAnswer {
  /** What the model says. @default no text */
  text?: string | undefined;
  /** What it thought before, or parts of that with a `text` each. @default no thoughts */
  reasoning?: string | { text?: string | undefined }[] | undefined;
  /**
   * What your model has to see again with this answer when the conversation goes on behind its tool
   * calls, such as the signatures of its thoughts: any JSON. It comes back as it is, in
   * `messages[i].providerData`, to the same model alone.
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
  /**
   * What it made beside its text, each with an address as `url` or base64 as `data`.
   * @default none
   */
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
    /** Aborted when the attempt is; with a `TimeoutError` where that took too long. */
    signal: AbortSignal;
  },
) =>
  | string
  | CompleteAnswer
  | AsyncIterable<string | CompleteAnswer>
  | Promise<string | CompleteAnswer | AsyncIterable<string | CompleteAnswer>>;
