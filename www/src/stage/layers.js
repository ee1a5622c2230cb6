// @ts-check
/** Sorts a graph into columns: each task stands after all that it needs. */

/**
 * @template {{ id: string, dependencies: string[] }} Node
 * @param {Node[]} nodes
 * @returns {Node[][]}
 */
export function layers(nodes) {
  const depths = depthsOf(nodes);
  /** @type {Node[][]} */
  const columns = [];
  for (const node of nodes) {
    const depth = depths.get(node.id) ?? 0;
    columns[depth] ??= [];
    columns[depth].push(node);
  }
  const filled = columns.filter((column) => column !== undefined);
  for (let index = 1; index < filled.length; index++) {
    filled[index] = sortByNeighbours(filled[index], filled[index - 1]);
  }
  return filled;
}

/** @param {{ id: string, dependencies: string[] }[]} nodes */
function depthsOf(nodes) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  /** @type {Map<string, number>} */
  const depths = new Map();
  const open = new Set();
  // No recursion: a chain may be thousands long. What is typed may have cycles; they are cut.
  for (const { id } of nodes) {
    const stack = [id];
    while (stack.length > 0) {
      const top = /** @type {string} */ (stack.at(-1));
      const needs = (byId.get(top)?.dependencies ?? []).filter((name) => byId.has(name));
      const unknown = depths.has(top) ? [] : needs.filter((name) => !depths.has(name) && !open.has(name));
      open.add(top);
      if (unknown.length > 0) stack.push(unknown[0]);
      else {
        depths.set(top, depths.get(top) ?? 1 + Math.max(-1, ...needs.map((name) => depths.get(name) ?? -1)));
        open.delete(top);
        stack.pop();
      }
    }
  }
  return depths;
}

/**
 * Fewer lines cross when tasks stand level with what they need.
 * @template {{ id: string, dependencies: string[] }} Node
 * @param {Node[]} column
 * @param {Node[]} before
 */
function sortByNeighbours(column, before) {
  const heights = new Map(before.map(({ id }, index) => [id, (index + 0.5) / before.length]));
  const height = (/** @type {Node} */ { dependencies }) => {
    const known = dependencies.flatMap((id) => heights.get(id) ?? []);
    return known.length === 0 ? 0.5 : known.reduce((sum, one) => sum + one, 0) / known.length;
  };
  return column
    .map((node) => ({ node, at: height(node) }))
    .sort((a, b) => a.at - b.at)
    .map(({ node }) => node);
}
