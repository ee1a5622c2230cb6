// @ts-check

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs a module in a process of its own, and gives what it prints.
 * @param {string} script
 * @param {import('node:child_process').ExecFileOptions} [options]
 */
export async function execScript(script, options = {}) {
  const args = ['--input-type=module', '--eval', script];
  return String((await promisify(execFile)(process.execPath, args, options)).stdout);
}
