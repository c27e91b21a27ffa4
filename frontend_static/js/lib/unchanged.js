/**
 * The last answers of one session with their ETags, so that what has not changed need not be sent again.
 * In memory only: answers hold students' names, and a browser's own cache lies on the disk of a shared computer.
 */

const MOST = 30;

/** @typedef {{etag: string, answer: unknown}} Known */

export function createAnswers() {
  /** @type {string | null} */
  let owner = null;
  /** @type {Map<string, Known>} */
  const known = new Map();

  return {
    /**
     * @param {string | null} token
     * @param {string} url
     */
    of(token, url) {
      return token !== null && token === owner ? known.get(url) ?? null : null;
    },

    /**
     * @param {string | null} token
     * @param {string} url
     * @param {string | null} etag
     * @param {unknown} answer
     */
    keep(token, url, etag, answer) {
      if (token === null || !etag) return;
      if (token !== owner) known.clear();
      owner = token;
      known.delete(url);
      known.set(url, { etag, answer });
      const [oldest] = known.keys();
      if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    },
  };
}
