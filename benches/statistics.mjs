// @ts-check
/**
 * What many measurements come to. Medians throughout: a busy moment of the machine spoils one round
 * and no median.
 */

/** @typedef {Record<string, number>} Sample */

/** @param {number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/**
 * @param {number[]} values
 * @param {number} share  0.99 for the ninety-ninth percentile
 */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place % 1);
}

/**
 * The median of each number, and of its ratio to the reference's of the same round: what slows a
 * whole round down does not show in a ratio.
 * @param {Sample[]} rounds
 * @param {Sample[]} [reference]
 */
export function summary(rounds, reference) {
  const names = Object.keys(rounds[0]);
  const each = (/** @type {(name: string) => number} */ sum) =>
    Object.fromEntries(names.map((name) => [name, sum(name)]));
  return {
    medians: each((name) => median(rounds.map((sample) => sample[name]))),
    ratios:
      reference &&
      each((name) => median(rounds.map((sample, round) => sample[name] / reference[round][name]))),
  };
}

/**
 * Wall and processor time of one piece of work. Processor time is of the whole process, the
 * collector of garbage included.
 * @param {() => Promise<unknown>} work
 */
export async function timed(work) {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}
