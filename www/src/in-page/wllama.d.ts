/**
 * What this page uses of wllama. Its own types bring those of Node with them, which are not a
 * page's.
 */

export class Wllama {
  constructor(files: { default: string }, config: { suppressNativeLog?: boolean; logger?: object });
  setCompat(compat: null): void;
  loadModelFromUrl(
    address: string,
    options: {
      n_ctx?: number;
      progressCallback?: (progress: { loaded: number; total: number }) => void;
    },
  ): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: chunks as OpenAI has them.
  createChatCompletion(options: object): Promise<AsyncIterable<any>>;
  exit(): Promise<void>;
}

export const LoggerWithoutDebug: object;
