import { InvalidInputError, type ProcessResult, parallelProcess } from 'parallelization-agent';
import { FileStore } from 'parallelization-agent/store-file';
import { withCore } from 'parallelization-agent/wasm';
import { ParallelAgent } from 'parallelization-agent/web';

const store = new FileStore('answers.jsonl');
const result: ProcessResult = await parallelProcess('t', [{ id: 'a', content: 'x' }], { store });
const text: string | null | undefined = result.results[0]?.result;
const placed = withCore(() => new URL('core.wasm', 'https://example.com')).voting('?', { voters: 3 });
for await (const event of new ParallelAgent().run('x')) if (event.type === 'CUSTOM') break;

// @ts-expect-error The option is misspelt.
parallelProcess('t', [], { concurency: 4 });

export { InvalidInputError, placed, text };
