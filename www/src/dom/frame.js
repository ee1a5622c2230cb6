// @ts-check

/**
 * Acts with every frame that the browser draws.
 * @param {(time: number) => void} act
 * @returns {() => void} ends it
 */
export function everyFrame(act) {
  let asked = requestAnimationFrame(step);
  /** @param {number} time */
  function step(time) {
    asked = requestAnimationFrame(step);
    act(time);
  }
  return () => cancelAnimationFrame(asked);
}
