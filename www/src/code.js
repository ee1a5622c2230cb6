// @ts-check
/** The JavaScript for what is on the screen. Never with a key in it. */

/** The key is nobody's business, and the store is this page's. */
const hidden = new Set(['apiKey', 'store', 'storeNamespace']);

/**
 * @param {import('./run/session.js').Order} order
 */
export function asCode({ pattern, args, options }) {
  const shown = Object.fromEntries(
    Object.entries(options).filter(([name, value]) => !hidden.has(name) && typeof value !== 'function'),
  );
  const parts = [...args, shown].map((arg) => print(arg, ''));
  return [
    `import { ${pattern} } from 'parallelization-agent';`,
    '',
    ...('apiKey' in options
      ? ['// The key comes from the environment variable OPENAI_API_KEY, or the option `apiKey`.']
      : []),
    ...('complete' in options
      ? ['// The model inside the page is a function, the option `complete`: see examples/in-page.']
      : []),
    `const started = ${pattern}(${parts.join(', ')});`,
    'for await (const event of started) console.log(event.type);',
    'console.log(await started);',
    '',
  ].join('\n');
}

/**
 * A literal, as a person would write it.
 * @param {any} value
 * @param {string} indent
 * @returns {string}
 */
function print(value, indent) {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'function') return "async (args) => 'what your service says'";
  if (value === null || typeof value !== 'object') return String(value);
  const inner = `${indent}  `;
  const entries = Array.isArray(value)
    ? value.map((item) => print(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(
          ([name, item]) =>
            `${/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : quote(name)}: ${print(item, inner)}`,
        );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return open + close;
  const space = Array.isArray(value) ? '' : ' ';
  const line = `${open}${space}${entries.join(', ')}${space}${close}`;
  if (indent.length + line.length <= 100 && !line.includes('\n')) return line;
  return `${open}\n${entries.map((entry) => `${inner}${entry},\n`).join('')}${indent}${close}`;
}

/** @param {string} text */
function quote(text) {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}
