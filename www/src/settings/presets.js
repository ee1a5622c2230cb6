// @ts-check
/** Where models answer. */

import { address, simulatedFetch } from '../simulated/endpoint.js';

/**
 * @typedef {object} Preset
 * @property {string} id
 * @property {string} label
 * @property {'openai' | 'anthropic' | 'gemini'} provider
 * @property {string} baseURL
 * @property {string} model
 * @property {boolean} needsKey
 * @property {string} [hint]
 * @property {string} [unreachable]  what to do when no answer comes
 * @property {Record<string, any>} [limits]  what suits it
 * @property {(url: string, init: RequestInit) => Promise<Response>} [fetch]  who is asked in place of the network
 */

/** @type {Preset} */
const simulated = {
  id: 'in-page',
  label: 'Simulated in this page',
  provider: 'openai',
  baseURL: address,
  model: 'simulated',
  needsKey: false,
  hint: 'No model answers: made-up texts, to see how a run goes without a key or a server.',
  fetch: simulatedFetch,
};

/** @type {Preset[]} */
const hosted = [
  {
    id: 'openai',
    label: 'OpenAI',
    provider: 'openai',
    baseURL: 'https://api.openai.com/v1',
    model: 'gpt-4.1-mini',
    needsKey: true,
  },
  {
    id: 'anthropic',
    label: 'Anthropic',
    provider: 'anthropic',
    baseURL: 'https://api.anthropic.com/v1',
    model: 'claude-haiku-4-5',
    needsKey: true,
  },
  {
    id: 'gemini',
    label: 'Gemini',
    provider: 'gemini',
    baseURL: 'https://generativelanguage.googleapis.com/v1beta',
    model: 'gemini-2.5-flash',
    needsKey: true,
  },
  {
    id: 'ollama',
    label: 'Ollama',
    provider: 'openai',
    baseURL: 'http://localhost:11434/v1',
    model: 'llama3.2',
    needsKey: false,
    hint: 'On this computer. It answers pages whose address is in OLLAMA_ORIGINS.',
    unreachable:
      'Start it with “ollama serve”. If it runs, let this page in: set OLLAMA_ORIGINS to this page’s address and start it again.',
    limits: { concurrency: 4 },
  },
  {
    id: 'custom',
    label: 'Another server',
    provider: 'openai',
    baseURL: '',
    model: '',
    needsKey: false,
    hint: 'Any that speaks OpenAI’s chat completions: vLLM, llama.cpp, LM Studio, OpenRouter, Groq and others.',
    unreachable: 'See that it runs, that the address is right up to “/v1”, and that it lets pages in (CORS).',
  },
];

/**
 * The model of the server that serves this page, where there is one, and all others.
 * @returns {Promise<Preset[]>}
 */
export async function findPresets() {
  const local = await askForModel();
  if (!local) return [simulated, ...hosted];
  const tiny = local.kind === 'embedded';
  return [
    {
      id: local.kind,
      label: local.kind === 'simulated' ? 'Simulated answers' : `This server’s model`,
      provider: 'openai',
      baseURL: local.baseURL,
      model: local.model,
      needsKey: false,
      hint: tiny
        ? 'A tiny model on this computer, there so that nothing has to be configured. It is often wrong.'
        : `${local.name}.`,
      unreachable: 'Is “npm start” still running? Start it again, and reload this page.',
      limits: tiny ? { concurrency: 4, maxTokens: 60, temperature: 0 } : {},
    },
    simulated,
    ...hosted,
  ];
}

/** `npm start` serves on this computer only; elsewhere there is nobody to ask. */
async function askForModel() {
  if (!['127.0.0.1', 'localhost'].includes(location.hostname)) return null;
  const answer = await fetch('./model.json').catch(() => null);
  return answer?.ok ? answer.json() : null;
}
