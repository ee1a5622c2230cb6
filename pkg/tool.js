// @ts-check
/** Types the arguments of a tool by its schema. */

/**
 * @template {object} T
 * @param {T} definition
 */
export function tool(definition) {
  return definition;
}
