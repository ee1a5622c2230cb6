/**
 * What the documentation uses of `@huggingface/transformers` 4, whose runtime is too large to
 * install for its types alone. Written after its own `types/pipelines/text-generation.d.ts`.
 */
declare module '@huggingface/transformers' {
  type Chat = { role: string; content: string }[];

  export class InterruptableStoppingCriteria {
    interrupt(): void;
  }

  export function pipeline(
    task: 'text-generation',
    model: string,
    options?: { device?: 'webgpu' | 'wasm' | 'cpu' },
  ): Promise<
    (
      chat: Chat,
      options?: { max_new_tokens?: number; stopping_criteria?: InterruptableStoppingCriteria },
    ) => Promise<{ generated_text: Chat }[]>
  >;
}
