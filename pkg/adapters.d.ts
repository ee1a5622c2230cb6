import type { CompleteFunction } from './index.js';

/** What is used of a chat model of LangChain (`@langchain/core` 1.x, or 0.3). */
export interface LangChainModel {
  /** Gives a whole message. */
  // biome-ignore lint/suspicious/noExplicitAny: LangChain's own types are not imported.
  invoke(messages: any, options?: any): Promise<any>;
  /** Gives a message in chunks. */
  // biome-ignore lint/suspicious/noExplicitAny: LangChain's own types are not imported.
  stream(messages: any, options?: any): Promise<AsyncIterable<any>>;
  /** Gives the same model with tools. */
  // biome-ignore lint/suspicious/noExplicitAny: LangChain's own types are not imported.
  bindTools?(tools: any[], options?: any): any;
}

/**
 * A chat model of LangChain, for the option `complete`. Make the model with `maxRetries: 0`: it
 * would repeat failed calls by itself, six times, and the run knows better when. Its `temperature`
 * and the like are its own (`reasoning`, `topP` and `tier` of the run are refused); `instructions`,
 * `history`, `stop`, `tools`, `toolChoice`, `serverTools` and `stream` of the run reach it, and a
 * `schema` is asked for in words.
 * @param model a chat model, such as `new ChatOpenAI({ maxRetries: 0 })`
 * @throws TypeError when it is none
 * @example batch(reviews, { complete: fromLangChain(new ChatOpenAI({ maxRetries: 0 })) })
 */
export declare function fromLangChain(model: LangChainModel): CompleteFunction;

/** What `LanguageModel.create` takes, and who wants to know how far its download is. */
export interface PromptApiOptions {
  /**
   * Told how far the download of the model is, from 0 to 1.
   * @default nobody
   * @example (done) => { bar.value = done; }
   */
  onDownloadProgress?: (loaded: number) => void;
  /**
   * The languages and kinds of input that are expected.
   * @default the browser's own
   * @example [{ type: 'text', languages: ['en'] }]
   */
  expectedInputs?: { type: string; languages?: string[] }[];
  /**
   * The languages of the answers.
   * @default the browser's own
   * @example [{ type: 'text', languages: ['en'] }]
   */
  expectedOutputs?: { type: string; languages?: string[] }[];
  /** Any further option of `LanguageModel.create`, as it stands. */
  [option: string]: unknown;
}

/**
 * The model that the browser brings along (the Prompt API: Chrome 148 and newer, on desktops), for
 * the option `complete`. Each call has a session of its own, so that none sees another. One model
 * on one processor answers: set `concurrency` to 1 or 2. It takes text alone, no tools, and none of
 * `reasoning`, `topP` and `tier`. A `schema` is handed over as `responseConstraint`.
 * @param options for `LanguageModel.create`
 * @example batch(reviews, { complete: fromPromptApi(), concurrency: 1 })
 */
export declare function fromPromptApi(options?: PromptApiOptions): CompleteFunction;
