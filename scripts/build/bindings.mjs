// @ts-check
/**
 * Makes a function of the bindings that wasm-bindgen writes as a module. A module is there once,
 * with one instance of the core in it; an instance that failed has to be followed by a fresh one,
 * and must never meet what is left of it.
 */

/** What stands for the globals of the same names. */
const globals = [
  'setTimeout',
  'clearTimeout',
  'queueMicrotask',
  'performance',
  'AbortController',
  'Promise',
  'TextDecoder',
  'TextEncoder',
];

/** What the core asks of the package. */
const asked = [
  'hostIsOverdue',
  'ownPromise',
  'hasAnyHeader',
  'openBody',
  'connectionsTo',
  'abortLate',
  'plainController',
  'forgetController',
  'keepThrown',
  'fromAiSdk',
  'callWithin',
];

/**
 * @param {string} source  `core.js` as wasm-bindgen writes it for `--target web`
 * @returns {string} a module whose `bindings(world)` makes such a set; `guard` may put functions
 *   before the core's own, and the others stand for the globals of their names, or are what the
 *   core asks of the package
 */
export function asFunction(source) {
  const body = [
    { from: /^\/\* @ts-self-types.*\*\/\n/, to: '' },
    { from: /^export class /gm, to: 'class ' },
    { from: /^function initSync\(.*?^}\n/ms, to: '' },
    { from: /(?<=^ {4}wasm = )instance\.exports(?=;$)/m, to: 'guard(instance.exports)' },
    // What may throw is caught where it is called: a function for each call, and a list of its
    // arguments, take more time than most of what is called.
    {
      from: /function\(\) { return handleError\(function \((.*?)\) {(.*?)}, arguments\); }/gs,
      to: 'function($1) { try {$2} catch (error) { return handleError(error); } }',
    },
    {
      from: /(?<=^function handleError\()f, args\) {.*?catch \(e\) {(.*?) {4}}(?=\n})/ms,
      to: 'e) {$1',
    },
    // What nobody holds any more is freed, and nobody frees by hand.
    { from: /^ {4}__destroy_into_raw\(\) {.*?^ {4}}\n {4}free\(\) {.*?^ {4}}\n/gms, to: '' },
    { from: /^if \(Symbol\.dispose\) .*\n/gm, to: '' },
    { from: /(?<=Finalization\.register\(\w+, \w+\.__wbg_ptr), \w+(?=\);)/g, to: '' },
    { from: /(?<={ register: \(\) => {}), unregister: \(\) => {}(?= })/g, to: '' },
    // Rust lets go of each of its closures itself, and none of ours takes more than one argument.
    { from: /^const CLOSURE_DTORS = .*?;\n/ms, to: '' },
    { from: /^ +CLOSURE_DTORS\.unregister\(state\);\n/m, to: '' },
    { from: /^ +CLOSURE_DTORS\.register\(real, state, state\);\n/m, to: '' },
    { from: /(?<=const real = \()\.\.\.args(?=\) =>)/, to: 'argument' },
    { from: /(?<=return f\(a, state\.b, )\.\.\.args(?=\);)/, to: 'argument' },
    // All ask for the memory of a text in the same way.
    { from: /^ {4}if \(realloc === undefined\) {\n.*?^ {4}}\n/ms, to: '' },
    // A look at the length sees what `detached` says as well, which SES answers wrongly.
    {
      from: /cachedDataViewMemory0\.buffer\.detached === true \|\| \(.*?\)(?=\) {$)/m,
      to: 'cachedDataViewMemory0.buffer.byteLength === 0',
    },
    // A server that gives the file another type costs some time. The package logs nothing.
    {
      from: /const validResponse = expectedResponseType\(module\.type\);.*?else { throw e; }/s,
      to: "if (module.headers.get('Content-Type') === 'application/wasm') throw e;",
    },
    { from: /^ {4}function expectedResponseType\(.*?^ {4}}\n/ms, to: '' },
    // Nobody asks for these.
    { from: /^ {8}return this;\n/m, to: '' },
    { from: /^let wasmModule, wasmInstance, /m, to: 'let ' },
    { from: /^ {4}wasmInstance = instance;\n/m, to: '' },
    { from: /^ {4}wasmModule = module;\n/m, to: '' },
    { from: / \|\| \(typeof Request === 'function' && module_or_path instanceof Request\)/, to: '' },
    // Each set is started once, by us.
    { from: /^ {4}cached\w+Memory0 = null;\n/gm, to: '' },
    { from: /^let __wbg_init_promise;\nasync function __wbg_init\(.*?^}\n/ms, to: '' },
    {
      from: /(?<=^async function __wbg_init_once\(module_or_path\) {\n)\n {4}if \(module_or_path !== undefined\).*?^ {4}}\n/ms,
      to: '',
    },
    {
      from: /^export { initSync, __wbg_init as default };$/m,
      to: 'return { init: __wbg_init_once, Agent };',
    },
  ].reduce(replaced, source);
  if (/^(export|import) /m.test(body)) throw new Error('wasm-bindgen exports more than is known here');
  return `export function bindings({ guard, ${globals.join(', ')}, ${asked.join(', ')} }) {\n${body}}\n`;
}

/**
 * @param {string} source  `core.d.ts`
 * @returns {string}
 */
export function asFunctionType(source) {
  const classes = [
    { from: /^export type InitInput.*/ms, to: '' },
    { from: /^ {4}free\(\): void;\n {4}\[Symbol\.dispose\]\(\): void;\n/gm, to: '' },
  ].reduce(replaced, source);
  return `${classes}
export function bindings(world: {
  guard: (exports: WebAssembly.Exports) => WebAssembly.Exports;
  setTimeout: (callback: () => void, ms: number) => unknown;
  clearTimeout: (timer: any) => void;
  queueMicrotask: (callback: () => void) => unknown;
  performance: { now(): number };
  AbortController: new () => AbortController;
  hostIsOverdue: () => boolean;
  ownPromise: (given: any) => Promise<any>;
  hasAnyHeader: (headers: any, names: string) => boolean;
  openBody: (answer: any) => unknown;
  connectionsTo: (url: string, fetch?: any) => number | undefined;
  abortLate: (controller: AbortController) => void;
  plainController: () => unknown;
  forgetController: (request: any) => void;
  keepThrown: (told: any, thrown: unknown) => void;
  Promise: PromiseConstructor;
  TextDecoder: typeof TextDecoder;
  TextEncoder: typeof TextEncoder;
  fromAiSdk: (model: any) => unknown;
  callWithin: (call: number, fn: Function, self: any, args: any[]) => unknown;
}): {
  init(source: BufferSource | Response | WebAssembly.Module | URL | string): Promise<unknown>;
  Agent: typeof Agent;
};
`;
}

/**
 * @param {string} text
 * @param {{ from: RegExp, to: string }} change
 */
function replaced(text, { from, to }) {
  if (text.search(from) < 0) throw new Error(`wasm-bindgen does not write ${from} any more`);
  return text.replace(from, to);
}
