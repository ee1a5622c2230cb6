// @ts-check
/** Gives the person a file. */

/**
 * @param {string} name
 * @param {unknown} content
 */
export function downloadJson(name, content) {
  const address = URL.createObjectURL(
    new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
