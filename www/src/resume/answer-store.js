// @ts-check
/** Keeps answers in this browser, so that a run that was cut off sends only what is missing. Never keeps a key. */

const databaseName = 'parallelization-agent';
const storeName = 'answers';

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

/** What the package's `store` option takes. */
export const answerStore = {
  /** @param {string} key */
  get: (key) => ask('readonly', (answers) => answers.get(key)),
  /**
   * @param {string} key
   * @param {unknown} value
   */
  set: (key, value) => ask('readwrite', (answers) => answers.put(value, key)),
};

/** Forgets every answer. */
export function forgetAnswers() {
  return ask('readwrite', (answers) => answers.clear());
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
