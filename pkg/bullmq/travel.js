// @ts-check
/**
 * What cannot go through a queue: it takes plain data, as JSON has it, and everybody who reads the
 * queue can read that.
 */

/** @typedef {{ path: string, message: string, received: string }} Issue */

const instead = {
  tool: "A tool cannot go through a queue. Name it, as in `tools: ['weather']`, and give it to `processor(agent, { tools: { weather } })`.",
  complete: 'A function cannot go through a queue. Give it to `processor(agent, { complete })`.',
  schema:
    'A schema of a library cannot go through a queue. Give JSON Schema, such as `z.toJSONSchema(schema)`, or have it in `processor(agent, { workers })`.',
  model:
    'A model object cannot go through a queue. Give its name, or have it in `new ParallelAgent({ model })` of the worker.',
  key: 'A key would lie in the queue for everybody to read. The worker has it: `new ParallelAgent({ apiKey })`.',
  function:
    'A function cannot go through a queue. Have it at the worker: in its agent, or in `processor(agent, { tools, workers, complete })`.',
  data: 'Only plain data can go through a queue: texts, numbers, `true`, `false`, `null`, arrays and objects of them.',
};

/** Headers that open doors. */
const secret = /^(proxy-)?authorization$|^cookie$|api-?key$|token$|secret/i;

/**
 * @param {unknown} value
 * @param {string} path
 * @param {string[]} [known]  fields of it that were found wrong already
 * @returns {Issue[]}
 */
export function issuesOfTravel(value, path, known = []) {
  /** @type {Issue[]} */
  const issues = [];
  look(value, path, '', new Set(), issues, known);
  return issues;
}

/**
 * @param {any} value
 * @param {string} path
 * @param {string} name  of the field
 * @param {Set<object>} around  what it stands in
 * @param {Issue[]} issues
 * @param {string[]} known
 */
function look(value, path, name, around, issues, known = []) {
  const why = whyNot(value, name, around);
  if (why !== undefined) {
    const remedy = /\btools\[\d+\]/.test(path) && typeof value === 'function' ? instead.tool : why;
    issues.push({ path, message: remedy, received: kindOf(value) });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const within = new Set(around).add(value);
  const isList = Array.isArray(value);
  for (const [key, entry] of Object.entries(value)) {
    if (known.includes(key) || (entry === undefined && !isList)) continue;
    const entryPath = isList ? `${path}[${key}]` : `${path}.${key}`;
    if (name === 'headers' && secret.test(key)) {
      issues.push({ path: entryPath, message: instead.key, received: 'a header' });
      continue;
    }
    look(entry, entryPath, isList ? name : key, within, issues);
  }
}

/**
 * @param {any} value
 * @param {string} name
 * @param {Set<object>} around
 */
function whyNot(value, name, around) {
  if (name === 'apiKey') return instead.key;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : instead.data;
  if (typeof value !== 'object' && typeof value !== 'function') return instead.data;
  if ('~standard' in value) return instead.schema;
  if (typeof value === 'function') return name === 'complete' ? instead.complete : instead.function;
  if (typeof value.doGenerate === 'function') return instead.model;
  const prototype = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && !around.has(value) ? undefined : instead.data;
}

/** Never the value itself, which may be a key. @param {unknown} value */
function kindOf(value) {
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  return `an object of the class ${value.constructor?.name ?? 'none'}`;
}
