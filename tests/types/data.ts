/** That `data` has the type which its schema gives out, and no other. Nothing here runs. */

import {
  type AgentOptions,
  type BatchRun,
  batch,
  bestOf,
  clones,
  evaluate,
  type MapReduceResult,
  mapReduce,
  ParallelAgent,
  type ParallelRun,
  type ProcessResult,
  parallelProcess,
  perspectives,
  run,
  type StandardSchema,
  sectioning,
  type TaskResult,
  voting,
} from 'parallelization-agent';

interface Moths {
  moths: number;
}

interface Bats {
  bats: string[];
}

/** Compiles for types that are the same, `any` and `unknown` among them. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function expectType<Expected>(): <Actual>(
  value: Actual,
  ...same: Same<Actual, Expected> extends true ? [] : [problem: 'another type was expected']
) => void;

/** As Zod has it: an interface with methods, whose `~standard` says more than is asked for. */
interface LibrarySchema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'library';
    readonly validate: (
      value: unknown,
      options?: { libraryOptions?: Record<string, unknown> },
    ) => { value: Output; issues?: undefined } | Promise<{ issues: readonly { message: string }[] }>;
    readonly types?: { readonly input: string; readonly output: Output } | undefined;
    readonly jsonSchema: { input(options: { target: string }): Record<string, unknown> };
  };
  optional(): LibrarySchema<Output | undefined>;
}

declare const moths: LibrarySchema<Moths>;
declare const bats: LibrarySchema<Bats>;
/** As ArkType has it. */
declare const callable: LibrarySchema<Moths> & ((value: unknown) => Moths);
/** As a library without types of its own has it. */
const untyped = {
  '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) },
} as const;
const jsonSchema = { type: 'object', required: ['moths'] } as const;
/** As TypeBox and `@types/json-schema` have it. */
interface ObjectSchema {
  type: 'object';
  required?: string[];
}
declare const declared: ObjectSchema;

const subtasks = [{ id: 'a', content: 'x' }];
const agent = new ParallelAgent({ schema: moths });

const counted = await parallelProcess('t', subtasks, { schema: moths, concurrency: 4 });
expectType<Moths | undefined>()(counted.results[0]?.data);
expectType<unknown>()(counted.summaryData);
counted.results[0]?.data?.moths.toFixed();
const summed = await parallelProcess('t', subtasks, { schema: moths, aggregate: { schema: bats } });
expectType<Moths | undefined>()(summed.results[0]?.data);
expectType<Bats | undefined>()(summed.summaryData);
const general: ProcessResult = summed;
const function_ = await parallelProcess('t', subtasks, { schema: callable });
expectType<Moths | undefined>()(function_.results[0]?.data);

for (const schema of [jsonSchema, declared])
  expectType<unknown>()((await parallelProcess('t', subtasks, { schema })).results[0]?.data);
expectType<unknown>()((await parallelProcess('t', subtasks, { schema: untyped })).results[0]?.data);
expectType<unknown>()((await parallelProcess('t', subtasks)).results[0]?.data);
const own = [
  { id: 'a', content: 'x', schema: moths },
  { id: 'b', content: 'y', schema: bats },
];
expectType<unknown>()((await parallelProcess('t', own)).results[0]?.data);
expectType<Moths | Bats | undefined>()((await parallelProcess<Moths | Bats>('t', own)).results[0]?.data);

const said = parallelProcess<Moths>('t', subtasks, { schema: jsonSchema });
expectType<ParallelRun<ProcessResult<Moths>>>()(said);
expectType<Moths | undefined>()((await agent.parallelProcess<Moths>('t', subtasks)).results[0]?.data);
expectType<unknown>()((await agent.parallelProcess('t', subtasks)).results[0]?.data);
const options: AgentOptions<Moths> = { schema: moths };
expectType<BatchRun<Moths>>()(batch(['x'], options));
function each<T>(schema: StandardSchema<T>): ParallelRun<ProcessResult<T>> {
  return parallelProcess('t', subtasks, { schema });
}
expectType<ParallelRun<ProcessResult<Bats>>>()(each(bats));

const taken: TaskResult<Moths>[] = [];
const inputs = batch(['x'], {
  schema: moths,
  onResult: (result, { signal }) => {
    signal.throwIfAborted();
    taken.push(result);
  },
});
for await (const row of inputs.results()) {
  expectType<Moths | undefined>()(row.data);
  if (row.status === 'completed') expectType<Moths>()(row.data);
  else expectType<undefined>()(row.data);
}
const [row] = (await batch(['x'], { schema: moths })).results;
if (row?.status === 'completed') row.data.moths.toFixed();
const [bare] = (await batch(['x'])).results;
if (bare?.status === 'completed') expectType<unknown>()(bare.data);
const [sent] = (await batch([{ body: {} }, 'x'], { schema: moths })).results;
if (sent?.status === 'completed') expectType<Moths | undefined>()(sent.data);
const [task] = (await parallelProcess('t', subtasks, { schema: moths })).results;
if (task?.status === 'completed') expectType<Moths | undefined>()(task.data);
expectType<BatchRun<Bats>>()(agent.batch(['x'], { schema: bats }));
expectType<BatchRun<Moths>>()(
  batch(['x'], { schema: jsonSchema, onResult: (result: TaskResult<Moths>) => taken.push(result) }),
);

expectType<ParallelRun<MapReduceResult<Moths, Bats>>>()(
  mapReduce(['x'], { map: { schema: moths }, reduce: { schema: bats } }),
);
expectType<ParallelRun<MapReduceResult<Moths>>>()(
  agent.mapReduce(['x'], { schema: moths, reduce: 'Add up.' }),
);
expectType<ParallelRun<ProcessResult<Moths, Bats>>>()(
  perspectives('x', ['one', 'two'], { schema: moths, aggregate: { schema: bats } }),
);
expectType<Moths | undefined>()((await bestOf('x', 2, { schema: moths })).results[0]?.data);
expectType<Moths | undefined>()((await clones({ de: 'German' }, 'x', { schema: moths })).results[0]?.data);
expectType<Moths | undefined>()((await voting('?', { schema: moths, voters: 2 })).results[0]?.data);
expectType<Moths | undefined>()((await sectioning('t', ['a'], { schema: moths })).results[0]?.data);
expectType<Moths | undefined>()((await sectioning('t', { schema: moths })).results[0]?.data);
const prompted = await run('x', { schema: moths, aggregate: { schema: bats } });
expectType<Moths | undefined>()(prompted.results[0]?.data);
expectType<Bats | undefined>()(prompted.summaryData);

// @ts-expect-error The schema gives out something else.
counted.results[0]?.data?.bats;
// @ts-expect-error Not every task has data.
counted.results[0]?.data.moths;
// @ts-expect-error A row that failed has no data.
row?.data.moths;
// @ts-expect-error The answer to a body is read by no schema.
sent?.status === 'completed' && sent.data.moths;
// @ts-expect-error What a JSON Schema makes of an answer has to be checked, or said.
(await parallelProcess('t', subtasks, { schema: jsonSchema })).results[0]?.data?.moths;
// @ts-expect-error The schema of the tasks is not that of the summary.
summed.summaryData?.moths;
// @ts-expect-error One type is said, and another given.
parallelProcess<Moths>('t', subtasks, { schema: bats });
// @ts-expect-error One type is said, and another given.
const other: ParallelRun<ProcessResult<Bats>> = parallelProcess('t', subtasks, { schema: moths });
// @ts-expect-error One type is said, and another given.
const otherOptions: AgentOptions<Bats> = { schema: moths };
// @ts-expect-error A result of one schema is not one of the other.
batch(['x'], { schema: moths, onResult: (result: TaskResult<Bats>) => result });
// @ts-expect-error The option is misspelt, beside a schema too.
parallelProcess('t', subtasks, { schema: moths, concurency: 4 });
// @ts-expect-error The worker's field is misspelt, beside a schema too.
parallelProcess('t', subtasks, { aggregate: { schema: moths, modle: 'm' } });
// @ts-expect-error The worker's field is misspelt, beside a schema too.
mapReduce(['x'], { map: { schema: moths, instruction: 'Count.' } });
// @ts-expect-error A schema is no text.
parallelProcess('t', subtasks, { schema: 'moths' });
// @ts-expect-error No standard schema is without a check.
parallelProcess('t', subtasks, { schema: { '~standard': { version: 1, vendor: 'x' } } });
// @ts-expect-error There is one version of the standard.
batch(['x'], { schema: { '~standard': { version: 2, vendor: 'x', validate: () => ({}) } } });
// @ts-expect-error The criteria have a form of their own, and their data no type.
(await evaluate('x', ['clarity'], { schema: moths })).results[0]?.data?.moths;
// @ts-expect-error What runs share belongs to the agent, beside a schema too.
agent.batch(['x'], { schema: moths, store: new Map() });

export { general, other, otherOptions };
