// @ts-check
/** What would run, as nodes of a graph: drawn before anything has run. */

/** @typedef {{ id: string, dependencies: string[], prompt?: string }} Planned */

/**
 * All at once, and one after them that joins what they say.
 * @param {string[]} ids
 * @param {string} [last]
 * @param {string | string[]} [prompts]  of each, or of all
 * @returns {Planned[]}
 */
export function fanOut(ids, last, prompts) {
  const nodes = ids.map((id, index) => ({
    id,
    dependencies: /** @type {string[]} */ ([]),
    prompt: typeof prompts === 'string' ? prompts : prompts?.[index],
  }));
  return last === undefined ? nodes : [...nodes, { id: last, dependencies: ids }];
}

/**
 * @param {string} stem
 * @param {number} count
 */
export function numbered(stem, count) {
  return Array.from(
    { length: Math.min(1000, Math.max(0, count || 0)) },
    (_, index) => `${stem}-${index + 1}`,
  );
}

/**
 * Results joined some at a time, level by level, up to one.
 * @param {string[]} ids
 * @param {number} fanIn
 * @param {string[]} [prompts]
 * @returns {Planned[]}
 */
export function tree(ids, fanIn, prompts) {
  const nodes = fanOut(ids, undefined, prompts);
  let level = ids.map((id) => ({ id, first: id, last: id }));
  while (level.length > 1 && fanIn > 1) {
    /** @type {typeof level} */
    const next = [];
    for (let from = 0; from < level.length; from += fanIn) {
      const parts = level.slice(from, from + fanIn);
      const [{ first }, { last }] = [parts[0], parts[parts.length - 1]];
      // One that is left over goes on as it is.
      const joined = parts.length === 1 ? parts[0] : { id: `reduce ${first} to ${last}`, first, last };
      if (parts.length > 1) nodes.push({ id: joined.id, dependencies: parts.map(({ id }) => id) });
      next.push(joined);
    }
    level = next;
  }
  return nodes;
}

/** @param {{ id?: string, name?: string }[]} rows */
export function names(rows) {
  return rows.map(({ id, name }) => String(id ?? name ?? ''));
}

/**
 * @param {Record<string, string>[]} rows
 * @param {string} field
 */
export function texts(rows, field) {
  return rows.map((row) => String(row[field] ?? ''));
}
