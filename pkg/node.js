// @ts-check
/** For Node: a `fetch` over `node:http` and `node:https`. */

export { nodeFetch } from './node/fetch.js';
