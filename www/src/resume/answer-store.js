// @ts-check
/**
 * Keeps answers in this browser, so that a run that was cut off sends only what is missing. Never
 * keeps a key.
 */

const databaseName = 'parallelization-agent';
const storeName = 'answers';

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

/**
 * What the package's `store` option takes.
 * @param {boolean} goesOn  whether answers of a run that was cut off are used again
 */
export async function openStore(goesOn) {
  const recalled = goesOn ? await recallAnswers() : new Map();
  return {
    /** @param {string} key */
    get: (key) => recalled.get(key),
    /**
     * @param {string} key
     * @param {unknown} value
     */
    set: (key, value) => ask('readwrite', (answers) => answers.put(value, key)),
  };
}

/** All at once: to ask the database for each of a thousand tasks would hold up the run. */
async function recallAnswers() {
  const [keys, values] = await Promise.all([
    ask('readonly', (answers) => answers.getAllKeys()),
    ask('readonly', (answers) => answers.getAll()),
  ]);
  return new Map(keys.map((/** @type {IDBValidKey} */ key, /** @type {number} */ at) => [key, values[at]]));
}

/**
 * Forgets every answer. A browser that keeps nothing has nothing to forget, which is no reason not
 * to run.
 */
export async function forgetAnswers() {
  await ask('readwrite', (answers) => answers.clear()).catch(() => {});
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(answers: IDBObjectStore) => IDBRequest} request
 */
async function ask(mode, request) {
  opened ??= open();
  const database = await opened;
  return settled(request(database.transaction(storeName, mode).objectStore(storeName)));
}

function open() {
  const request = indexedDB.open(databaseName, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(storeName);
  return /** @type {Promise<IDBDatabase>} */ (settled(request));
}

/**
 * @param {IDBRequest} request
 * @returns {Promise<any>}
 */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
