/** Waiting for a lost connection to come back. */

/** Waits before the first, second, … attempt, in ms; the last one is repeated. */
const WAITS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000];

export function createConnection() {
  /** @type {(() => void) | null} */
  let wake = null;

  return {
    /**
     * Until it is worth trying again: the browser is online again, some time has passed, or someone asks to try now.
     * @param {number} attempt  counted from 0
     * @param {AbortSignal} signal
     * @returns {Promise<void>}
     */
    async back(attempt, signal) {
      signal.throwIfAborted();
      const ms = WAITS[Math.min(attempt, WAITS.length - 1)];
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      const woken = new Promise((resolve) => {
        wake = () => resolve(undefined);
        timer = setTimeout(wake, ms);
        addEventListener('online', wake, { once: true });
        signal.addEventListener('abort', wake, { once: true });
      });
      await woken;
      clearTimeout(timer);
      if (wake) removeEventListener('online', wake);
      wake = null;
      signal.throwIfAborted();
    },
    tryNow: () => wake?.(),
  };
}
