// @ts-check
/** What is on the screen as a program: one for Node, and a page for a browser. */

import { literal } from './literal.js';

const inPage = '// The model inside the page is a function, the option `complete`: see examples/in-page.';

/** @param {import('../run/order.js').Call} order */
export function forNode({ pattern, args, options }) {
  return lines(
    `import { ${pattern} } from 'parallelization-agent';`,
    '',
    'apiKey' in options &&
      '// The key comes from the environment variable OPENAI_API_KEY, or the option `apiKey`.',
    'complete' in options && inPage,
    `const started = ${pattern}(${[...args, shown(options)].map((arg) => literal(arg)).join(', ')});`,
    'for await (const event of started) console.log(event.type);',
    'console.log(await started);',
  );
}

/** @param {import('../run/order.js').Call} order */
export function forBrowser({ pattern, args, options }) {
  const needsKey = 'apiKey' in options;
  const own = [...args.map((arg) => literal(arg, '    ')), optionsWithKey(shown(options), needsKey)];
  return lines(
    '<!doctype html>',
    '<meta charset="utf-8" />',
    '<form>',
    // A key in a page is a key given away.
    needsKey && '  <!-- A key of the person’s own. Or let your server add it: baseURL: "/api/v1". -->',
    needsKey && '  <label>Key <input type="password" name="key" autocomplete="off" /></label>',
    '  <button>Run</button>',
    '</form>',
    '<pre></pre>',
    '<script type="module">',
    "  // With a bundler: from 'parallelization-agent'.",
    `  import { ${pattern} } from './node_modules/parallelization-agent/dist/web.js';`,
    '',
    '  const form = document.querySelector("form");',
    '  const answers = document.querySelector("pre");',
    '  form.onsubmit = async (event) => {',
    '    event.preventDefault();',
    'complete' in options && `    ${inPage}`,
    harmless(`    const started = ${pattern}(${own.join(', ')});`),
    '    for await (const { type, delta } of started) if (type === "TEXT_MESSAGE_CONTENT") answers.append(delta);',
    '    answers.textContent = JSON.stringify(await started, null, 2);',
    '  };',
    '</script>',
  );
}

/** @param {Record<string, any>} options */
function shown(options) {
  return Object.fromEntries(
    // The key is nobody's business.
    Object.entries(options).filter(([name, value]) => name !== 'apiKey' && typeof value !== 'function'),
  );
}

/**
 * @param {Record<string, any>} options
 * @param {boolean} needsKey
 */
function optionsWithKey(options, needsKey) {
  const text = literal(options, '    ');
  if (!needsKey) return text;
  return text.includes('\n')
    ? text.replace('{\n', '{\n      apiKey: form.key.value,\n')
    : text.replace('{ ', '{ apiKey: form.key.value, ');
}

/** A text that ends a script would end this one. @param {string} code */
function harmless(code) {
  return code.replaceAll(/<(?=[/!])/g, '<\\');
}

/** @param {...(string | false)} all */
function lines(...all) {
  return [...all.filter((line) => line !== false), ''].join('\n');
}
