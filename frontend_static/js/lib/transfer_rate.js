/** How fast something is being sent, over the last few seconds. */

const WINDOW_MS = 5_000;
/** Before that a figure would jump about. */
const SETTLED_MS = 1_000;

/** @param {() => number} [clock] ms */
export function createRate(clock = () => performance.now()) {
  /** @type {{at: number, bytes: number}[]} */
  let seen = [];

  return {
    /**
     * @param {number} bytes   sent so far
     * @param {number} total
     * @returns {{perSecond: number, secondsLeft: number} | null} null while it cannot be told
     */
    after(bytes, total) {
      const at = clock();
      const last = seen[seen.length - 1];
      if (last && bytes < last.bytes) seen = [];
      seen.push({ at, bytes });
      seen = seen.filter((each, index) => at - each.at <= WINDOW_MS || index === seen.length - 2);
      const first = seen[0];
      if (!first || at - first.at < SETTLED_MS || bytes <= first.bytes) return null;
      const perSecond = (1_000 * (bytes - first.bytes)) / (at - first.at);
      return { perSecond, secondsLeft: (total - bytes) / perSecond };
    },
  };
}
