// @ts-check
import { NativePromise } from './surroundings.js';

/**
 * A promise of the language's own for anything. A promise that is one already is given back: a
 * `race` takes ten times as long. One of ours calls back once, whatever a `then` does that somebody
 * put over its own.
 * @param {any} given
 */
export function ownPromise(given) {
  try {
    const own = NativePromise.resolve(given);
    if (
      own !== given ||
      (Object.getPrototypeOf(own) === NativePromise.prototype && !Object.hasOwn(own, 'then'))
    )
      return own;
  } catch {
    // A look at it throws, and that is its outcome.
  }
  return NativePromise.race([given]);
}
