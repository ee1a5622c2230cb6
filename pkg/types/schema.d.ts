/** What an answer has to look like. */

/**
 * JSON Schema, as plain data.
 * @example { type: 'object', properties: { moths: { type: 'integer' } }, required: ['moths'] }
 */
export interface JsonSchema {
  /** What makes a {@link StandardSchema} is none of it. */
  '~standard'?: never;
  // biome-ignore lint/suspicious/noExplicitAny: so that interfaces of libraries fit, too.
  [keyword: string]: any;
}

/**
 * The interface that Zod, Valibot, ArkType and others share (standardschema.dev); `D` is what such
 * a schema gives out.
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
