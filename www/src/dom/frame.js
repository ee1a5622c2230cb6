// @ts-check
/** Draws at most once a frame, however often it is asked to. */

/**
 * @param {() => void} draw
 * @returns {() => void} asks for a drawing
 */
export function oncePerFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}
