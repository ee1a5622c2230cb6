// @ts-check
/**
 * Makes up a value that fits a JSON Schema, as a model does that is held to one. A `pattern` alone
 * is not looked at.
 */

/**
 * @typedef {{ [keyword: string]: any }} Schema
 * @typedef {object} Chance
 * @property {() => number} random
 * @property {string} mark  stands before each text
 */

/** A schema may hold itself: further down than this, lists are empty and choices end. */
const deepest = 12;

/** @type {Record<string, string>} */
const formats = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'simulated@example.com',
  time: '12:00:00Z',
  uri: 'https://example.com/simulated',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/**
 * @param {Schema} schema
 * @param {Chance} chance
 */
export function valueFor(schema, chance) {
  return made(schema, 'answer', 0);

  /**
   * @param {Schema} given
   * @param {string} name  of the field it is for
   * @param {number} depth
   * @returns {unknown}
   */
  function made(given, name, depth) {
    const wanted = resolved(given);
    if ('const' in wanted) return wanted.const;
    if (wanted.enum) return one(wanted.enum);
    const kinds = wanted.anyOf ?? wanted.oneOf;
    if (kinds) return made(depth < deepest ? one(kinds) : (kinds.find(isLeaf) ?? kinds[0]), name, depth + 1);
    switch ([wanted.type].flat().find((type) => type !== 'null') ?? wanted.type) {
      case 'string':
        return text(wanted, name);
      case 'integer':
        return Math.round(number(wanted, 1));
      case 'number':
        return Number(number(wanted, 0).toFixed(2));
      case 'boolean':
        return chance.random() < 0.5;
      case 'array':
        return list(wanted, name, depth);
      case 'null':
        return null;
      default:
        return wanted.properties ? object(wanted, depth) : {};
    }
  }

  /** @param {Schema} given */
  function resolved(given) {
    let wanted = given;
    for (let followed = 0; wanted.$ref && followed < deepest; followed++) {
      const path = wanted.$ref.split('/').slice(1);
      wanted = path.reduce((/** @type {any} */ at, /** @type {string} */ key) => at?.[key], schema) ?? {};
    }
    return wanted.allOf ? Object.assign({}, wanted, ...wanted.allOf.map(resolved)) : wanted;
  }

  /** @param {unknown[]} all @returns {any} */
  function one(all) {
    return all[Math.floor(chance.random() * all.length)];
  }

  /** @param {Schema} kind */
  function isLeaf(kind) {
    return !['object', 'array'].includes(resolved(kind).type);
  }

  /** @param {Schema} wanted @param {string} name */
  function text({ format, minLength = 0, maxLength = Infinity }, name) {
    return (formats[format] ?? `${chance.mark} ${name}`).padEnd(minLength, '.').slice(0, maxLength);
  }

  /** @param {Schema} wanted @param {number} step  from a bound that is not itself allowed */
  function number({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }, step) {
    const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + (step || 0.01));
    const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - (step || 0.01));
    const from = low ?? Math.min(0, high ?? 0);
    const to = Math.min(high ?? from + 10, from + 100);
    return from + (to - from) * chance.random();
  }

  /** @param {Schema} wanted @param {string} name @param {number} depth */
  function list({ items = {}, prefixItems = [], minItems = 0, maxItems = 2 }, name, depth) {
    const wanted = depth < deepest ? Math.max(minItems, Math.min(2, maxItems)) : minItems;
    const length = Math.max(wanted, prefixItems.length);
    return Array.from({ length }, (_, at) => made(prefixItems[at] ?? items, name, depth + 1));
  }

  /** @param {Schema} wanted @param {number} depth */
  function object({ properties, required = Object.keys(properties) }, depth) {
    const names = Object.keys(properties).filter((name) => required.includes(name));
    return Object.fromEntries(names.map((name) => [name, made(properties[name], name, depth + 1)]));
  }
}
