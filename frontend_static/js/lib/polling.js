/**
 * Repeats a task, in the background too but less often, and at once when the page comes back into view after
 * a longer time. Tasks never overlap.
 * @param {() => Promise<void>} task never rejects
 * @param {number} every   ms, while the page is in view
 * @param {number} [hidden] ms, while it is not; Infinity: not at all
 */
export function startPolling(task, every, hidden = every) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let startedAt = 0;
  let running = false;
  let stopped = false;

  const run = async () => {
    if (running || stopped) return;
    clearTimeout(timer);
    if (document.hidden && hidden === Infinity) {
      timer = setTimeout(run, every);
      return;
    }
    running = true;
    startedAt = Date.now();
    await task();
    running = false;
    const wait = document.hidden && hidden < Infinity ? hidden : every;
    if (!stopped) timer = setTimeout(run, Math.max(0, startedAt + wait - Date.now()));
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
