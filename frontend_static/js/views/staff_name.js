/**
 * Names of staff in histories.
 * @import {Staff} from '../contract.d.ts'
 */

/** @param {readonly Staff[]} staff @returns {ReadonlySet<string>} the names of those who have left */
export const inactiveNames = (staff) => new Set(staff.filter((person) => !person.is_active).map(({ name }) => name));

/** Who acts without a name of their own. @type {Readonly<Record<string, string>>} */
const OTHERS = { student: 'the student', system: 'the system' };

/**
 * Those who have left stay, marked.
 * @param {string} name
 * @param {ReadonlySet<string>} inactive
 */
export const nameOf = (name, inactive) => OTHERS[name] ?? (inactive.has(name) ? `${name} (inactive)` : name);
