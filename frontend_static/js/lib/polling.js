/**
 * Repeats a task every `every` ms, and at once when the page comes back
 * into view after a longer time. Tasks never overlap.
 * @param {() => Promise<void>} task never rejects
 * @param {number} every ms
 * @param {{inBackground?: boolean}} [options] false: not while nobody looks
 */
export function startPolling(task, every, { inBackground = true } = {}) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let startedAt = 0;
  let running = false;
  let stopped = false;

  const run = async () => {
    if (running || stopped) return;
    clearTimeout(timer);
    if (document.hidden && !inBackground) {
      timer = setTimeout(run, every);
      return;
    }
    running = true;
    startedAt = Date.now();
    await task();
    running = false;
    if (!stopped) timer = setTimeout(run, Math.max(0, startedAt + every - Date.now()));
  };
  const cameBack = () => {
    if (!document.hidden && Date.now() - startedAt > every / 3) void run();
  };
  document.addEventListener('visibilitychange', cameBack);
  addEventListener('online', cameBack);
  timer = setTimeout(run, every);

  return {
    /** Ends the polling; a task under way is not interrupted. */
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', cameBack);
      removeEventListener('online', cameBack);
    },
  };
}
