/**
 * Waits for a moment in which nobody is pointing or typing, so that what is under the pointer does not move
 * away at the moment of a click.
 */

const QUIET_MS = 1_000;
const LONGEST_MS = 8_000;

let lastInput = -Infinity;
const noteInput = () => {
  lastInput = performance.now();
};
for (const type of ['pointermove', 'pointerdown', 'keydown', 'wheel']) {
  globalThis.addEventListener?.(type, noteInput, { passive: true, capture: true });
}

/** @returns {Promise<void>} after a second without input, or when it has taken too long */
export async function quietMoment() {
  const latest = performance.now() + LONGEST_MS;
  for (;;) {
    const now = performance.now();
    const wait = Math.min(lastInput + QUIET_MS, latest) - now;
    if (wait <= 0 || document.hidden) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
