/**
 * Idempotency keys. A request whose answer was lost may have worked: when the user presses the
 * button again with the same content, the same key goes out, and the server gives the first answer
 * instead of doing the thing twice.
 */

/** How long a key of a lost answer is worth keeping, in ms. */
const KEEP_MS = 15 * 60_000;

/**
 * A random key of 128 bits. `crypto.randomUUID` exists on secure origins only, and a lab may
 * serve the pages over plain HTTP.
 */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {() => number} [clock] milliseconds */
export function createKeyring(clock = Date.now) {
  /** @type {Map<string, {key: string, at: number}>} */
  const lost = new Map();

  return {
    /**
     * The key for this request: the one of an identical request that got no answer, or a new one.
     * @param {string} fingerprint method, path and body
     */
    keyFor(fingerprint) {
      const known = lost.get(fingerprint);
      return known && clock() - known.at < KEEP_MS ? known.key : newKey();
    },
    /**
     * @param {string} fingerprint
     * @param {string} key
     */
    answerLost(fingerprint, key) {
      lost.set(fingerprint, { key, at: clock() });
    },
    /** @param {string} fingerprint */
    answered(fingerprint) {
      lost.delete(fingerprint);
    },
  };
}
