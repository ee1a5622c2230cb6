// @ts-check
/** The operations of JSON Patch (RFC 6902) that build a document up: add, replace and remove. */

/**
 * @param {Record<string, any>} document
 * @param {{ op: string, path: string, value?: unknown }[]} patch
 * @returns {Record<string, any>} a changed copy
 */
export function applyPatch(document, patch) {
  const root = { document: structuredClone(document) };
  for (const { op, path, value } of patch) {
    const keys = ['document', ...path.split('/').slice(1).map(unescapeKey)];
    const last = /** @type {string} */ (keys.pop());
    /** @type {any} */
    const parent = keys.reduce((/** @type {any} */ node, key) => node?.[key], root);
    if (parent === undefined || parent === null) continue;
    if (!Array.isArray(parent)) {
      if (op === 'remove') delete parent[last];
      else parent[last] = value;
      continue;
    }
    const index = last === '-' ? parent.length : Number(last);
    if (op === 'replace') parent[index] = value;
    else if (op === 'remove') parent.splice(index, 1);
    else parent.splice(index, 0, value);
  }
  return root.document;
}

/** @param {string} key */
function unescapeKey(key) {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
