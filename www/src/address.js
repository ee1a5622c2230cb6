// @ts-check
/**
 * The pattern and its form in the page's address, after the `#`: no server sees it, and a link or a
 * reload brings it back.
 */

const longest = 4000;

/** @typedef {{ pattern: string, values: Record<string, any> | null }} Place */

/** @returns {Place | null} */
export function placeInAddress() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const pattern = fields.get('pattern');
  if (!pattern) return null;
  try {
    const values = JSON.parse(fields.get('form') ?? 'null');
    return { pattern, values: values && typeof values === 'object' ? values : null };
  } catch {
    return { pattern, values: null };
  }
}

/**
 * @param {string} pattern
 * @param {Record<string, any> | null} values  null where nothing was changed
 */
export function putInAddress(pattern, values) {
  const form = values ? JSON.stringify(values) : '';
  const fields = new URLSearchParams({ pattern, ...(form !== '' && form.length <= longest && { form }) });
  if (location.hash !== `#${fields}`) history.replaceState(null, '', `#${fields}`);
}
