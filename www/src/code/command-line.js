// @ts-check
/** What is on the screen as a command, for a shell of Unix. */

/** @typedef {import('../run/order.js').Call} Call */
/**
 * @typedef {object} Command
 * @property {string} words  the command and its own arguments
 * @property {string} [input]  what it reads
 * @property {string} [file]  where that lies, if it does not read the standard input
 * @property {string[]} [notes]  what it does otherwise than the page
 */

const program = 'npx parallelization-agent';

/** @param {Call} order */
export function forCommandLine({ pattern, args, options }) {
  const command = options.tools
    ? 'Tools are functions: they need a program. See the other tabs.'
    : (commands[pattern]?.(args, options) ?? 'This needs a program. See the other tabs.');
  if (typeof command === 'string') return `# ${command}\n`;
  const { words, input, file, notes = [] } = command;
  const call = `${program} ${words}${flagsOf(options)}`;
  return [
    ...('apiKey' in options ? [`export ${keyName(options.provider)}=your-key`] : []),
    ...('complete' in options ? ['# The model is that of a server here: name one by --base-url.'] : []),
    ...notes.map((note) => `# ${note}`),
    ...(file ? [...document(`cat > ${file}`, input), call] : document(call, input)),
    '',
  ].join('\n');
}

/** @type {Record<string, (args: any[], options: Record<string, any>) => Command | string>} */
const commands = {
  run: ([text]) => ({
    // What begins with a dash would be a flag.
    ...(text.startsWith('-') ? { words: 'prompt -', input: text } : { words: `prompt ${quote(text)}` }),
    notes: text.trimStart().startsWith('/')
      ? []
      : ['The command line asks once, unless a pattern is named: /voting, /sectioning, /mapreduce …'],
  }),
  parallelProcess: ([task, subtasks]) => ({
    words: 'graph graph.json',
    input: JSON.stringify({ task, subtasks }, null, 2),
    file: 'graph.json',
  }),
  sectioning: ([topic, sections]) => {
    if (!sections) return { words: `prompt ${quote(`/sectioning ${topic}`)}` };
    if (/[:,|\n]/.test([topic, ...sections].join('')))
      return 'Sections with commas or colons in their names need a program. See the other tabs.';
    return { words: `prompt ${quote(`/sectioning ${topic}: ${sections.join(', ')}`)}` };
  },
  voting: ([question], { voters, select }) => ({
    ...rows([question], `--strategy voting --with ${voters}`),
    notes: select === 'consensus' ? [] : ['The command line counts votes: other ways need a program.'],
  }),
  mapReduce: ([documents], { map }) => ({
    ...rows(documents, `--strategy map-reduce ${flag('system', map)}`),
    notes: [
      'One instruction goes to documents and to what is joined, as many at once as fit.',
      'One for each, and a number of them, need a program.',
    ],
  }),
  batch: ([inputs]) => rows(inputs),
  perspectives: ([text, workers]) => rows([text], withList('perspectives', workers)),
  bestOf: ([text, n]) => rows([text], `--strategy best-of --with ${n}`),
  evaluate: ([subject, criteria]) => rows([subject], withList('evaluate', criteria)),
  clones: ([contexts, content]) => ({
    words: `run - --input-format jsonl -t ${quote(`{context}\n\n${braced(content)}`)}`,
    input: contexts.map((/** @type {object} */ context) => JSON.stringify(context)).join('\n'),
  }),
  guarded: ([text, guards]) => rows([text], withList('guarded', guards)),
};

/**
 * @param {string} strategy
 * @param {unknown[]} list
 */
function withList(strategy, list) {
  return `--strategy ${strategy} --with ${quote(JSON.stringify(list))}`;
}

/**
 * Texts a line; as JSON, where a text has several lines.
 * @param {string[]} texts
 * @param {string} [flags]
 * @returns {Command}
 */
function rows(texts, flags) {
  const isPlain = texts.every((text) => text.trim() !== '' && !/[\r\n]/.test(text));
  return {
    words: ['run -', !isPlain && '--input-format jsonl', flags].filter(Boolean).join(' '),
    input: texts.map((text) => (isPlain ? text : JSON.stringify(text))).join('\n'),
  };
}

/** Braces in a template stand for fields, unless they are doubled. @param {string} text */
function braced(text) {
  return text.replace(/[{}]/g, '$&$&');
}

/** @param {Record<string, any>} options */
function flagsOf(options) {
  const { provider, model, baseURL, instructions, concurrency, maxTokens, temperature } = options;
  const { timeoutMs, maxRetries, prices } = options;
  const price = prices?.[model];
  const flags = {
    provider,
    model,
    'base-url': baseURL,
    system: instructions,
    concurrency,
    'max-tokens': maxTokens,
    temperature,
    timeout: timeoutMs && timeoutMs / 1000,
    retries: maxRetries,
    price: price && `${price.input}/${price.output}`,
  };
  return Object.entries(flags)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => ` \\\n  ${flag(name, String(value))}`)
    .join('');
}

/**
 * A command with what it reads, up to a line that is not in that.
 * @param {string} command
 * @param {string} [input]
 */
function document(command, input) {
  if (input === undefined) return [command];
  let end = 'END';
  while (input.split('\n').includes(end)) end += '_';
  return [`${command} <<'${end}'`, input, end];
}

/**
 * @param {string} name
 * @param {string} value
 */
function flag(name, value) {
  return `--${name}${value.startsWith('-') ? '=' : ' '}${quote(value)}`;
}

/** @param {string} [provider] */
function keyName(provider = 'openai') {
  return `${provider.replace(/-.*/, '').toUpperCase()}_API_KEY`;
}

/** For a shell. @param {string} text */
function quote(text) {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
