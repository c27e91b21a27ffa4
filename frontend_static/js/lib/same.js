/**
 * Whether an answer says what the last one said, so that what has not changed need not be drawn again.
 */

/**
 * Of two values of JSON.
 * @param {unknown} one
 * @param {unknown} other
 * @returns {boolean}
 */
export function same(one, other) {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [ours, theirs] = [/** @type {Record<string, unknown>} */ (one), /** @type {Record<string, unknown>} */ (other)];
  const names = Object.keys(ours);
  return names.length === Object.keys(theirs).length && names.every((name) => name in theirs && same(ours[name], theirs[name]));
}

/**
 * The new list, with the very objects of the old one wherever they say the same.
 * @template {{id: string}} T
 * @param {readonly T[]} before
 * @param {readonly T[]} after
 * @returns {T[]}
 */
export function keepingSame(before, after) {
  const known = new Map(before.map((each) => [each.id, each]));
  return after.map((each) => {
    const old = known.get(each.id);
    return old && same(old, each) ? old : each;
  });
}
