// @ts-check
/** What went wrong, in words that say what to do. */

/** @typedef {{ title: string, remedy: string, details: string[] }} Explanation */

/**
 * @param {any} error
 * @param {import('../settings/presets.js').Preset} preset
 * @returns {Explanation}
 */
export function explain(error, preset) {
  const failures = (error?.results ?? []).flatMap((/** @type {any} */ { error: one }) => (one ? [one] : []));
  const cause =
    error?.code === 'RUN_FAILED' || error?.code === 'QUORUM_NOT_MET' ? (failures[0] ?? error) : error;
  const { title, remedy } = known(cause, preset) ?? {
    title: 'The run failed',
    remedy: cause?.code ? '' : 'Reload this page.',
  };
  if (preset.needsKey && lacksKey(error)) {
    return {
      title: `${preset.label} needs a key`,
      remedy: 'Open “Model”, and enter one of yours.',
      details: [],
    };
  }
  const details = (error?.issues ?? []).map(inWordsOfTheForm);
  if (details.length === 0 && cause?.message) details.push(cause.message);
  return { title, remedy, details };
}

/** What the form calls the options. @type {Record<string, string>} */
const labels = {
  'options.baseURL': 'Address',
  'options.model': 'Model',
  'options.apiKey': 'Key',
  'options.concurrency': 'Calls at once',
  'options.maxTokens': 'Longest answer',
  'options.timeoutMs': 'Time for a call',
  'options.maxRetries': 'Tries after a failure',
};

/** @param {{ path: string, message: string }} issue */
function inWordsOfTheForm({ path, message }) {
  const label = labels[path];
  const words = message.replaceAll('`', '');
  if (!label) return `${path}: ${words}`;
  // Environment variables are for programs.
  if (path === 'options.apiKey') return `${label}: this endpoint wants one. Open “Model”, and enter it.`;
  return `${label}: ${words.replace(/^Expected options\.\w+ to be/, 'expected')}`;
}

/** @param {any} error */
function lacksKey(error) {
  return error?.issues?.length === 1 && error.issues[0].path === 'options.apiKey';
}

/**
 * @param {any} cause
 * @param {import('../settings/presets.js').Preset} preset
 */
function known(cause, preset) {
  const status = cause?.status;
  if (cause?.code === 'INVALID_INPUT') {
    return {
      title: 'Something in the form is not right',
      remedy: 'Nothing was sent. Correct this and run again:',
    };
  }
  if (status === 401 || status === 403) {
    return {
      title: `${preset.label} did not accept the key`,
      remedy: 'Open “Model” and enter a key that is valid for this address. Mind spaces at its ends.',
    };
  }
  if (status === 404) {
    return {
      title: 'There is no such model or address',
      remedy: 'Open “Model”, and check the address and the model’s name.',
    };
  }
  if (cause?.code === 'QUOTA_EXCEEDED') {
    return {
      title: 'The account has no credit left',
      remedy: 'Add credit at the provider, or choose another model.',
    };
  }
  if (cause?.code === 'RATE_LIMITED') {
    return {
      title: 'Too many requests for this account',
      remedy: 'Set fewer calls at once under “Limits”, or wait a little.',
    };
  }
  if (cause?.code === 'NETWORK') {
    return {
      title: 'No answer from the server',
      remedy:
        preset.unreachable ??
        'It cannot be reached, or does not let pages in (CORS). Check the address and the connection.',
    };
  }
  if (cause?.code === 'BAD_RESPONSE') {
    return {
      title: 'That server speaks another language',
      remedy: 'Check that the address leads to its API: it often ends in “/v1”.',
    };
  }
  if (cause?.code === 'TIMEOUT') {
    return {
      title: 'The model took too long',
      remedy: 'Allow more time for a call under “Limits”, or ask for shorter answers.',
    };
  }
  return null;
}
