// @ts-check
/** One step of set-up: known by name, skipped when done, and when it fails it says what to do. */

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} why  what it does and what for, in one line
 * @property {string} remedy  what the user can do when it fails
 * @property {string} [without]  what is done when it fails, where it can be done without
 * @property {() => boolean | Promise<boolean>} isDone
 * @property {() => Promise<void>} perform
 */

export class SetupFailed extends Error {
  name = 'SetupFailed';

  /**
   * @param {Step} step
   * @param {unknown} cause
   */
  constructor(step, cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`Set-up failed at ${step.name}: ${message}\nWhat to do: ${step.remedy}`, { cause });
  }
}

/**
 * Performs what is not done yet, in order.
 * @param {Step[]} steps
 */
export async function performSteps(steps) {
  for (const step of steps) {
    if (await step.isDone()) continue;
    const startedAt = performance.now();
    console.log(`• ${step.name}: ${step.why}`);
    try {
      await step.perform();
      if (!(await step.isDone())) throw new Error('it ran, yet is not there');
    } catch (error) {
      if (!step.without) throw new SetupFailed(step, error);
      console.log(`  ${error instanceof Error ? error.message : error}\n  ${step.without}`);
      continue;
    }
    console.log(`  ok, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
}
