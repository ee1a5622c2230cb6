// @ts-check
/** What a provider of the AI SDK throws, under the names that a run reads. */

/**
 * With what the run goes by: the status, the headers and the provider's own code.
 * @param {any} error
 */
export function described(error) {
  if (error?.statusCode === undefined) return error;
  const own = error.data?.error;
  return Object.assign(new Error(error.message, { cause: error }), {
    status: error.statusCode,
    headers: error.responseHeaders,
    code: own?.code ?? own?.type,
  });
}
