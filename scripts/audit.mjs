#!/usr/bin/env node
// @ts-check
/**
 * `npm run audit`: known faults in what the package is built of, and with. Fails if there are any.
 * Where nobody can be asked, it says why, and that is no failure: not every registry tells, and
 * `cargo audit` is a tool of its own.
 */

import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { environment } from './command.mjs';
import { root } from './paths.mjs';

export function audit() {
  npmAudit();
  cargoAudit();
}

function npmAudit() {
  const { stdout, error } = ask('npm', ['audit', '--json']);
  const { metadata, message } = stdout ? JSON.parse(stdout) : { message: error?.message };
  if (!metadata) return skipped('npm audit', message);
  const { total } = metadata.vulnerabilities;
  if (total > 0) throw new Error(`npm audit knows of ${total} faults: see \`npm audit\``);
  console.log('npm audit: no known faults');
}

function cargoAudit() {
  if (ask('cargo', ['audit', '--version']).status !== 0)
    return skipped('cargo audit', 'it is not installed: `cargo install cargo-audit`');
  const { status, stdout, stderr } = ask('cargo', ['audit', '--deny', 'warnings']);
  if (status !== 0) throw new Error(`cargo audit fails\n${stdout}${stderr}`);
  console.log('cargo audit: no known faults');
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function ask(program, args) {
  return spawnSync(program, args, { cwd: root, env: environment(), encoding: 'utf8' });
}

/**
 * @param {string} what
 * @param {string} why
 */
function skipped(what, why) {
  console.warn(`${what}: skipped, since ${why}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    audit();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
