/**
 * The server's time as far as this browser knows it. Lab PCs drift by minutes; ages and
 * countdowns must not, because the server alone decides when something expires.
 */

let offset = 0;

/** Milliseconds since the epoch by the server's clock. */
export function now() {
  return Date.now() + offset;
}

/**
 * Learns the difference between the two clocks from an answer's Date header. The header has
 * whole seconds, so differences under two seconds are taken as none.
 * @param {string | null} dateHeader
 */
export function learn(dateHeader) {
  const server = dateHeader ? Date.parse(dateHeader) : NaN;
  if (Number.isNaN(server)) return;
  const difference = server - Date.now();
  offset = Math.abs(difference) < 2_000 ? 0 : difference;
}
