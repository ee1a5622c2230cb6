// @ts-check
/** Where models answer. */

import { completeInPage, load } from '../in-page/model.js';
import { address } from '../simulated/address.js';
import { model, on, pace } from '../simulated/recorded.json';

/**
 * @typedef {object} Preset
 * @property {string} id
 * @property {string} label
 * @property {'openai' | 'anthropic' | 'gemini'} provider
 * @property {string} baseURL
 * @property {string} model
 * @property {string} [pricedAs]  whose price that is, where its model has none
 * @property {string} [badge]  a label at each run, so that nobody takes it for something else
 * @property {boolean} needsKey
 * @property {string} [hint]
 * @property {string} [unreachable]  what to do when no answer comes
 * @property {Record<string, any>} [limits]  what suits it
 * @property {{ input: number, output: number }} [price]  of its model, in dollars per million
 *   tokens
 * @property {boolean} [sample]  whether the answers are in this page, and nothing is sent
 * @property {typeof completeInPage} [complete]  who answers in place of a server
 * @property {typeof load} [load]  what has to be waited for before it can
 */

const whose = `${model}, ${on}`;

/** @type {Preset} */
const simulated = {
  id: 'in-page',
  label: 'Recorded answers',
  provider: 'openai',
  baseURL: address,
  model: 'simulated',
  price: { input: 0.4, output: 1.6 },
  pricedAs: 'gpt-4.1-mini',
  badge: `Recorded from ${whose}${pace === 'typical' ? '; pace simulated' : ''}`,
  needsKey: false,
  hint:
    'No model is asked, and nothing leaves this page. The examples get the answers that a model once gave them ' +
    `(${whose})${pace === 'typical' ? ', at a pace that is typical of models and not its own' : ', at its pace'}. ` +
    'All else gets a text that says that it is simulated, or worked out. Waiting, retries and sums are those of a real run.',
  sample: true,
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
  load,
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
    price: { input: 0.4, output: 1.6 },
    needsKey: true,
  },
  {
    id: 'anthropic',
    label: 'Anthropic',
    provider: 'anthropic',
    baseURL: 'https://api.anthropic.com/v1',
    model: 'claude-haiku-5-5',
    price: { input: 1, output: 5 },
    needsKey: true,
  },
  {
    id: 'gemini',
    label: 'Gemini',
    provider: 'gemini',
    baseURL: 'https://generativelanguage.googleapis.com/v1beta',
    model: 'gemini-2.5-flash',
    price: { input: 0.3, output: 2.5 },
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
 * Recorded answers, the model of the server that serves this page, where there is one, and all
 * others.
 * @returns {Promise<Preset[]>}
 */
export async function findPresets() {
  const local = await askForModel();
  if (!local) return [simulated, ...hosted, inPage()];
  const tiny = local.kind === 'embedded';
  /** @type {Preset} */
  const served = {
    id: local.kind,
    label: 'This server’s model',
    provider: 'openai',
    baseURL: local.baseURL,
    model: local.model,
    needsKey: false,
    hint: tiny
      ? 'A tiny model on this computer, there so that nothing has to be configured. It is often wrong.'
      : `${local.name}.`,
    unreachable: 'Is “npm start” still running? Start it again, and reload this page.',
    limits: tiny ? { concurrency: 4, maxTokens: 60, temperature: 0 } : {},
  };
  const others = [...hosted, inPage(local.file)];
  // What the person has set up goes first. A tiny model is no first impression, and this page
  // simulates by itself.
  if (local.kind === 'simulated') return [simulated, ...others];
  return tiny ? [simulated, served, ...others] : [served, simulated, ...others];
}

/** `npm start` serves on this computer only; elsewhere there is nobody to ask. */
async function askForModel() {
  if (!['127.0.0.1', 'localhost'].includes(location.hostname)) return null;
  const answer = await fetch('./model.json').catch(() => null);
  return answer?.ok ? answer.json() : null;
}
