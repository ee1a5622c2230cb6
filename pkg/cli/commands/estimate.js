// @ts-check
/** `estimate`: what a run would take, without a call. */

import { CliError } from '../failure.js';
import { numberOf } from '../flags.js';
import { openInput } from '../input.js';
import { questionsOf } from '../questions.js';
import { priceOf, settingsOf, textOf } from '../settings.js';
import { duration, money, short } from '../words.js';

/** As the package itself estimates: a token has four bytes. */
const bytesOfToken = 4;
/** What stands around a prompt. */
const frameTokens = 8;
/** How long an answer is taken to be where `--max-tokens` does not bound it. */
const usualAnswer = 256;

/**
 * @param {string[]} rest
 * @param {import('../flags.js').Flags} flags
 * @returns {Promise<number>}
 */
export async function estimate([file, ...more], flags) {
  if (more.length > 0) throw new CliError(`Expected one file, got ${more.length + 1}.`);
  const {
    instructions = '',
    maxTokens,
    requestsPerMinute,
    tokensPerMinute,
  } = settingsOf({
    ...flags,
    // They need a model's name, and no model is asked.
    price: undefined,
    budget: undefined,
  });
  const question = questionsOf({ ...flags, template: textOf(flags, 'template') });
  const most = numberOf(flags, 'limit', { least: 1, whole: true }) ?? Number.POSITIVE_INFINITY;
  const input = openInput(file, flags);
  const around = frameTokens + Buffer.byteLength(instructions) / bytesOfToken;
  const sum = { rows: 0, read: 0 };
  for await (const row of input.rows()) {
    if (sum.rows === most) break;
    sum.rows += 1;
    sum.read += around + Math.ceil(Buffer.byteLength(question(row).content) / bytesOfToken);
  }
  const written = sum.rows * (maxTokens ?? usualAnswer);
  const price = priceOf(flags);
  // What a minute allows may leave at its beginning.
  const minutes = Math.max(
    0,
    requestsPerMinute ? Math.ceil(sum.rows / requestsPerMinute) - 1 : 0,
    tokensPerMinute ? (sum.read + written) / tokensPerMinute - 1 : 0,
  );
  const lines = [
    `rows           ${sum.rows.toLocaleString('en')}`,
    `tokens read    about ${short(Math.round(sum.read))}`,
    `tokens written about ${short(written)} (${maxTokens ? 'at most' : 'taking'} ${maxTokens ?? usualAnswer} an answer)`,
    price
      ? `cost           about ${money((sum.read * price.input + written * price.output) / 1e6)}`
      : 'cost           unknown: say what a million tokens cost with `--price IN/OUT`',
    minutes > 0
      ? `time           at least ${duration(minutes * 60)} at these limits`
      : requestsPerMinute || tokensPerMinute
        ? 'time           these limits hold nothing back'
        : 'time           no limit is given (`--rpm`, `--tpm`)',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
