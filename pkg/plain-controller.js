// @ts-check

/**
 * An `AbortController` that is its own signal, and tells one listener. For our own `fetch`, which
 * needs no more: in Node, one of the web's takes a twentieth of the time of a call.
 */
export class PlainController {
  aborted = false;
  /** @type {unknown} */
  reason;
  /** @type {(() => void) | undefined} */
  #listener;

  get signal() {
    return this;
  }

  abort() {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = AbortSignal.abort().reason;
    this.#listener?.();
  }

  /**
   * @param {string} _
   * @param {() => void} listener
   */
  addEventListener(_, listener) {
    this.#listener = listener;
  }

  removeEventListener() {
    this.#listener = undefined;
  }
}
