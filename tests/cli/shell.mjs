// @ts-check
/** Commands in a real shell, in a folder of their own, against a model server of the test. */

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../pkg/dist/cli.js', import.meta.url));

/**
 * @param {import('node:test').TestContext} t
 * @param {string} [baseURL]
 * @param {Record<string, string>} [files]
 */
export function shell(t, baseURL, files = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    CLI: `${process.execPath} ${cli}`,
    ...(baseURL && { OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: 'sk-test' }),
  };

  /** @param {string} command  in which `$CLI` is the command line */
  const start = (command) => {
    // Its standard input is a socket, for which bash would read the person's own start-up file.
    const child = spawn('bash', ['--norc', '-c', command], { cwd: folder, env, detached: true });
    const printed = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      printed.stderr += text;
    });
    /** @type {Promise<{ code: number | null, stdout: string, stderr: string }>} */
    const ended = new Promise((resolve) => child.on('close', (code) => resolve({ code, ...printed })));
    t.after(() => child.exitCode ?? signal('SIGKILL'));
    /** To all that the shell began. @param {NodeJS.Signals} name */
    const signal = (name) => {
      try {
        process.kill(-Number(child.pid), name);
      } catch {}
    };
    /** @param {string} text */
    const type = (text) => void child.stdin.write(text);
    return { printed, ended, signal, type };
  };
  return {
    folder,
    start,
    /** @param {string} command */
    run: (command) => start(command).ended,
    /** @param {string} name */
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    /** The lines of a file of JSON lines. @param {string} name */
    lines: (name) => linesOf(readFileSync(join(folder, name), 'utf8')),
  };
}

/** @param {string} text */
export function linesOf(text) {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Whether there is a program that makes pseudo-terminals. */
export function hasScript() {
  try {
    execFileSync('script', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** @param {string} command  what is to run on a terminal */
export const onTerminal = (command) => `script -qefc "stty cols 100 rows 30; ${command}" /dev/null`;
