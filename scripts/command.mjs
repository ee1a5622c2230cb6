// @ts-check
/**
 * Running other programs. Uses Node's own modules only, since set-up runs before any other is
 * there.
 */

import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { nodeModules, root, rustTools } from './paths.mjs';

export class CommandFailed extends Error {
  name = 'CommandFailed';

  /**
   * @param {string} command
   * @param {string} reason
   * @param {string} output  what it printed, where that was not shown already
   */
  constructor(command, reason, output = '') {
    super([`\`${command}\` ${reason}`, output.trimEnd()].filter(Boolean).join('\n'));
  }
}

/** The environment of this process, with the tools that set-up installs found first. */
export function environment() {
  const folders = [join(rustTools, 'bin'), join(nodeModules, '.bin'), process.env.PATH];
  return { ...process.env, PATH: folders.filter(Boolean).join(delimiter) };
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [quiet]  show what it prints only if it fails
 */

/**
 * Runs a program to its end, and fails unless it ends with 0.
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<void>}
 */
export function run(program, args, { cwd = root, env = environment(), quiet = false } = {}) {
  const command = [program, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: quiet ? 'pipe' : ['ignore', 'inherit', 'inherit'],
    });
    child.stdin?.end();
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output += text;
      });
    }
    child.on('error', (error) => reject(new CommandFailed(command, `could not start: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new CommandFailed(command, signal ? `was ended by ${signal}` : `ended with code ${code}`, output),
        );
    });
  });
}

/**
 * What a program that ends soon prints, or null when it is not there or fails.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function output(program, args, env = environment()) {
  const { status, stdout } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/**
 * The path of the first of these programs that PATH has, or null.
 * @param {string[]} programs
 */
export function which(...programs) {
  const folders = (environment().PATH ?? '').split(delimiter);
  for (const program of programs) {
    for (const folder of folders) {
      const path = join(folder, program);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {}
    }
  }
  return null;
}
