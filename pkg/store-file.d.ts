/**
 * A store in a file, for Node: a line for each answer, with a checksum. It survives a process that
 * is killed at any moment, a full disk and damaged bytes: what is not whole is passed over, and
 * asked for again. Answers stay in the file until they are asked for, so that it may be larger than
 * memory. They are readable by their owner alone; keys are not in it.
 *
 * Several processes may write to one file of a local disk: each adds whole lines. None sees what
 * another has kept since the file was opened, so that both may ask the same.
 *
 * @example
 * import { FileStore } from 'parallelization-agent/store-file';
 * await parallelProcess('task', subtasks, { store: new FileStore('answers.jsonl') });
 */
export class FileStore {
  /**
   * Opens the file, or makes it.
   * @param path  the file; its folder has to be there
   * @throws an error with the code `INVALID_INPUT` where nothing can be written there
   */
  constructor(path: string);
  /** What was kept under a key. */
  get(key: string): string | undefined;
  /** Keeps a value, at the end of the file. */
  set(key: string, value: string): void;
}
