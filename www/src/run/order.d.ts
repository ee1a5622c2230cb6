/** What is to run. */

import type { World } from '../core/messages.js';
import type { Planned } from '../patterns/plan.js';

/** A call of the package, as a program would make it. */
export interface Call {
  /** The name of the package's function. */
  pattern: string;
  args: unknown[];
  // biome-ignore lint/suspicious/noExplicitAny: options are of every kind; the package checks them
  options: Record<string, any>;
}

export interface Order extends Call {
  world: World;
  /** The form that it was made from: several may call one function. */
  form: string;
  /** What is expected to run. */
  plan?: Planned[];
  /** Whose prices these are. */
  pricedAs?: string;
  /** What has to be known of its answers. */
  badge?: string;
}
