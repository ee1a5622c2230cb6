// @ts-check
/** The small model that set-up fetches, in llama.cpp's server. */

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { modelName, modelPath, python } from '../setup/local-model.mjs';
import { setup } from '../setup.mjs';

const server = fileURLToPath(new URL('llama_server.py', import.meta.url));

export const slots = 4;
const slotContext = 4096;

/** With every core taken, generation falls to half: the program that asks needs one too. */
const threads = Math.max(1, availableParallelism() - 1);

/** @returns {Promise<import('../model.mjs').Model>} */
export async function startEmbedded() {
  await setup('model');
  const args = [server, modelPath, modelName, threads, slots, slotContext].map(String);
  const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const address = await announcedAddress(child);
  return {
    kind: 'embedded',
    name: 'SmolLM2-135M, a tiny model on this machine',
    baseURL: `${address}/v1`,
    model: modelName,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/**
 * The server answers from the moment it prints its address.
 * @param {import('node:child_process').ChildProcessWithoutNullStreams} child
 * @returns {Promise<string>}
 */
function announcedAddress(child) {
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors = (errors + text).slice(-4000);
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`the model server ended with code ${code}\n${errors}`)));
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('{"address"')) resolve(JSON.parse(line).address);
    });
  });
}
