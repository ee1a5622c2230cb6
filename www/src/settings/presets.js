// @ts-check
/** Where models answer. */

import { completeInPage } from '../in-page/model.js';
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
 * @property {typeof completeInPage} [complete]  who answers in place of a server
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

/**
 * @param {string} [file]  the model that this page's own server has
 * @returns {Preset}
 */
const inPage = (file) => ({
  id: 'wllama',
  label: 'A model inside this page (wllama)',
  provider: 'openai',
  baseURL:
    file ??
    'https://huggingface.co/HuggingFaceTB/SmolLM2-360M-Instruct-GGUF/resolve/main/smollm2-360m-instruct-q8_0.gguf',
  model: file ? 'smollm2-135m-instruct' : 'smollm2-360m-instruct',
  needsKey: false,
  hint:
    'No server: llama.cpp runs in this page, and answers one call at a time. The address is that of a GGUF file ' +
    `(${file ? '98' : '386'} MB with this one), which the browser keeps. A small model is often wrong.`,
  complete: completeInPage,
  limits: { concurrency: 1, maxTokens: 40, temperature: 0 },
});

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
  if (!local) return [simulated, ...hosted, inPage()];
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
    inPage(local.file),
  ];
}

/** `npm start` serves on this computer only; elsewhere there is nobody to ask. */
async function askForModel() {
  if (!['127.0.0.1', 'localhost'].includes(location.hostname)) return null;
  const answer = await fetch('./model.json').catch(() => null);
  return answer?.ok ? answer.json() : null;
}
