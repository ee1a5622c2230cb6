// @ts-check

/**
 * Whether the package takes a store. An empty run is refused before anything is sent, with all that is wrong with it.
 * @param {Record<string, any>} api
 * @returns {Promise<boolean>}
 */
export async function takesStore(api) {
  try {
    await api.parallelProcess('', [], { store: new Map() });
  } catch (error) {
    const { issues } = /** @type {{ issues?: { path: string }[] }} */ (error);
    return Array.isArray(issues) && !issues.some(({ path }) => path === 'options.store');
  }
  return false;
}
