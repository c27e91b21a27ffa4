/**
 * Who acted last at this workstation. Lab PCs are shared, so a name is only suggested while it is
 * probably still the same person in front of the screen.
 */

const STORAGE_KEY = 'printlab.acting-as';
const FRESH_MS = 15 * 60_000;

/** @param {string} name */
export function rememberName(name) {
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ name, at: Date.now() }));
}

/**
 * The name to suggest, or "" to ask anew.
 * @returns {string}
 */
export function suggestedName() {
  const { name, at } = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '{}');
  return name && Date.now() - at < FRESH_MS ? name : '';
}

export function forgetName() {
  sessionStorage.removeItem(STORAGE_KEY);
}
