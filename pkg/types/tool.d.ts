/** Tools that a model may call. */

import type { guarded } from './agent.js';
import type { JsonSchema, StandardSchema } from './schema.js';

/**
 * Something that a model may call. `A` is what its `parameters` give out.
 * @see {@link tool} types the arguments by the schema
 */
// biome-ignore lint/suspicious/noExplicitAny: only a library's schema has types.
export interface Tool<A = any> {
  /** What the model calls it by: letters, digits, `_` and `-`. @example 'weather' */
  name: string;
  /**
   * What it is for, and when to use it.
   * @example 'Tells the weather of a city. Use it before you advise on clothes.'
   */
  description?: string | undefined;
  /**
   * What it takes: JSON Schema, or a Standard Schema object such as Zod's. The arguments are
   * checked before it runs; what does not fit is told to the model. A Standard Schema converts them
   * as well.
   * @default an object of anything
   * @example z.object({ city: z.string() })
   */
  parameters?: JsonSchema | StandardSchema<A> | undefined;
  /**
   * Whether it only looks at things and changes none. In {@link guarded}, such a tool runs while
   * the guards of the input are at work, and all others wait for them.
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
   * Does it. What it gives, or throws, is told to the model: a text as it stands, anything else as
   * `JSON.stringify` writes it (so that a `Map`, a `Set` and an `Error` are `{}`: give their
   * parts). What JSON has nothing for, a function, a `bigint` or an object that holds itself, is an
   * error that names where it stands.
   * @param args as the schema gives them out
   * @param context its signal is aborted when the result is not needed any more. Where it took
   *   longer than `toolTimeoutMs`, its `reason` is a `TimeoutError`, as of `AbortSignal.timeout`
   * @example async ({ city }, { signal }) => (await fetch(forecastOf(city), { signal })).json()
   */
  execute(args: A, context: { signal: AbortSignal }): unknown;
}

/**
 * The tool itself, with the arguments of `execute` typed by its `parameters`.
 * @example
 * tool({
 *   name: 'weather',
 *   parameters: z.object({ city: z.string() }),
 *   execute: ({ city }) => forecast(city),
 * })
 */
// biome-ignore lint/suspicious/noExplicitAny: only a library's schema has types.
export function tool<A = any>(definition: Tool<A>): Tool<A>;
