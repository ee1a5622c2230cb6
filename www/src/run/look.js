// @ts-check

import { signal } from '@preact/signals-core';

/** @typedef {import('./task.js').Task} Task */

/** What the person looks at in a run. It is there again when the run is. */
export class Look {
  /** Whose row of the timeline is marked. */
  cursor = signal(/** @type {Task | null} */ (null));
  /** Whose details are shown. */
  chosen = signal(/** @type {Task | null} */ (null));
  pointed = signal(/** @type {Task | null} */ (null));
  /** The part of the time that is shown, in shares of the whole. */
  window = signal({ from: 0, size: 1 });
  /** Whether the form was changed since: the run is not of what stands there any more. */
  isOutdated = signal(false);
}
