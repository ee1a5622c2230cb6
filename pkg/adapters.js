// @ts-check
/**
 * Models of other libraries and of the browser as functions for the option `complete`. Nothing of
 * theirs is imported.
 */

export { fromLangChain } from './adapters/langchain.js';
export { fromPromptApi } from './adapters/prompt-api.js';
