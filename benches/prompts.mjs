// @ts-check
/**
 * Prompts that all differ, as a run's do, and tell the server what to do with each.
 * @param {number} count
 * @param {string} [words]  what the server is to do: see server.mjs
 */
export function prompts(count, words = '') {
  return Array.from(
    { length: count },
    (_, index) => `Question ${index}: why do moths come to light? ${words}`,
  );
}
