// @ts-check
/**
 * Who takes part. Each file in `contenders/` does a workload as its package's own documentation
 * would.
 */

/**
 * @typedef {object} World  what a contender is given to do its work in
 * @property {string} baseURL
 * @property {number} concurrency
 * @property {number} [requestsPerMinute]
 * @property {ReturnType<typeof import('parallelization-agent/node').nodeFetch>} [fetch]
 */

/** @typedef {{ id: string, content: string, dependencies: string[] }} GraphTask */
/** @typedef {(prompts: string[], world: World) => Promise<(string | null)[]>} FanOut */
/** @typedef {(text: string) => void} OnText */
/** @typedef {(prompts: string[], world: World, onText: OnText) => ReturnType<FanOut>} Streams */
/** @typedef {(tasks: GraphTask[], world: World) => Promise<void>} RunGraph */
/** @typedef {(count: number, form: string) => Promise<number>} Items  gives the number answered */
/** @typedef {(questions: string[], voters: number, world: World) => Promise<string[]>} Votes */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The packages behind each; the first is its name in tables. */
const packages = {
  'parallelization-agent': ['parallelization-agent'],
  'over-node-fetch': ['parallelization-agent'],
  'bare-fetch': [],
  'bare-http': [],
  'p-limit': ['p-limit'],
  'p-queue': ['p-queue'],
  openai: ['openai'],
  'ai-sdk': ['ai', '@ai-sdk/openai-compatible'],
  langchain: ['@langchain/core', '@langchain/openai'],
  langgraph: ['@langchain/langgraph'],
  'openai-agents': ['@openai/agents'],
  levels: [],
  'first-come': ['p-limit'],
};

/** @typedef {keyof typeof packages} Contender */

/** @type {Record<Contender, string>} */
export const titles = {
  'parallelization-agent': 'parallelization-agent',
  'over-node-fetch': 'the same over `nodeFetch()`',
  'bare-fetch': 'bare `fetch`',
  'bare-http': 'bare `node:http`',
  'p-limit': 'p-limit',
  'p-queue': 'p-queue',
  openai: 'openai',
  'ai-sdk': 'Vercel AI SDK',
  langchain: 'LangChain',
  langgraph: 'LangGraph',
  'openai-agents': '@openai/agents',
  levels: 'level by level',
  'first-come': 'first come, first served',
};

/**
 * Packages that bring a client of their own; what is compared between packages is compared with the
 * first.
 * @type {Contender[]}
 */
export const clients = [
  'openai',
  'parallelization-agent',
  'ai-sdk',
  'langchain',
  'langgraph',
  'openai-agents',
];

/**
 * All that take part where calls are only made; what a call costs is compared with bare `fetch`.
 * @type {Contender[]}
 */
export const everybody = ['bare-fetch', 'bare-http', 'over-node-fetch', 'p-limit', 'p-queue', ...clients];

/** @param {Contender} contender */
export function fileOf(contender) {
  return join(import.meta.dirname, 'contenders', `${contender}.mjs`);
}

/** The versions of everything that is there to take part. */
export function versions() {
  const names = [...new Set(Object.values(packages).flat())];
  return Object.fromEntries(names.flatMap((name) => versionOf(name).map((version) => [name, version])));
}

/** @param {string} name */
function versionOf(name) {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const found = paths.map((path) => join(path, name, 'package.json')).filter(existsSync);
  return found.slice(0, 1).map((path) => JSON.parse(readFileSync(path, 'utf8')).version);
}
