// @ts-check
/**
 * One release note in several languages, by copies of one worker that never see each other's
 * context.
 */

import { pathToFileURL } from 'node:url';
import { clones } from 'parallelization-agent';

export const about = 'A release note for four locales, by clones';

const locales = {
  'de-CH': 'Write German as in Switzerland, without ß. Address the reader as “Sie”. Prices are in CHF.',
  'fr-FR': 'Write French as in France. Address the reader as “vous”. Prices are in EUR.',
  'ja-JP': 'Write Japanese in the polite form. Prices are in JPY.',
  'pt-BR': 'Write Portuguese as in Brazil. Address the reader as “você”. Prices are in BRL.',
};

/** @param {import('parallelization-agent').AgentOptions} [options] */
export function run(options) {
  return clones(
    locales,
    'Announce in one sentence that notes can now be shared, at no extra price.',
    options,
  );
}

/** @param {import('parallelization-agent').ClonesResult} result */
export function print({ merged }) {
  for (const [locale, text] of Object.entries(merged)) console.log(`${locale}: ${text ?? 'failed'}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
