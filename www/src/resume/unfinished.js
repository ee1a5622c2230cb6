// @ts-check
/** Remembers, in this tab, what was running, until it ends. */

const name = 'unfinished';

/** @typedef {{ pattern: string, values: Record<string, any>, preset: string }} Unfinished */

/** @param {Unfinished} run */
export function rememberRun(run) {
  sessionStorage.setItem(name, JSON.stringify(run));
}

export function forgetRun() {
  sessionStorage.removeItem(name);
}

/** @returns {Unfinished | null} */
export function unfinishedRun() {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? 'null');
  } catch {
    return null;
  }
}
