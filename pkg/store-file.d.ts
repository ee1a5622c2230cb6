/**
 * A store in a file, for Node: a line for each answer. It survives a process that is killed at any moment. One process at a
 * time may write to it. The answers in it are readable by their owner alone; keys are not in it.
 *
 * @example
 * import { FileStore } from 'parallelization-agent/store-file';
 * await parallelProcess('task', subtasks, { store: new FileStore('answers.jsonl') });
 */
export class FileStore {
  /** @param path the file; made with the first answer */
  constructor(path: string);
  /** What was kept under a key. */
  get(key: string): string | undefined;
  /** Keeps a value, at the end of the file. */
  set(key: string, value: string): void;
}
