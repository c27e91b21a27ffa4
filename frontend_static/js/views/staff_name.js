/** Names of staff in histories. */

/**
 * Those who have left stay, marked.
 * @param {string} name
 * @param {ReadonlySet<string>} inactive
 */
export const nameOf = (name, inactive) => (inactive.has(name) ? `${name} (inactive)` : name);
