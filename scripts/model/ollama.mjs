// @ts-check
/** A model of an Ollama that listens on this machine. */

const address = 'http://localhost:11434';

/** @returns {Promise<import('../model.mjs').Model | null>} */
export async function findOllama() {
  const model = await smallestModel();
  if (!model) return null;
  return {
    kind: 'ollama',
    name: `${model} in Ollama`,
    baseURL: `${address}/v1`,
    model,
    stop: async () => {},
  };
}

/** The smallest, since it has to answer several requests at once on the user's own machine. */
async function smallestModel() {
  try {
    const response = await fetch(`${address}/api/tags`, { signal: AbortSignal.timeout(1000) });
    const { models } = /** @type {{ models: { name: string, size: number }[] }} */ (await response.json());
    const chatModels = models.filter(({ name }) => !/embed|minilm|bge-/.test(name));
    return chatModels.sort((a, b) => a.size - b.size)[0]?.name ?? null;
  } catch {
    return null;
  }
}
