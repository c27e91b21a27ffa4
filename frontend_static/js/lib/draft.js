/**
 * What was typed into a form, kept for a reload of the page in this tab. Never the file: a page may
 * not put one back.
 */

/** @param {string} storageKey */
export function createDraft(storageKey) {
  return {
    /** @returns {Record<string, string>} */
    read: () => JSON.parse(sessionStorage.getItem(storageKey) ?? '{}'),
    /** @param {Record<string, string>} values */
    write: (values) => sessionStorage.setItem(storageKey, JSON.stringify(values)),
    clear: () => sessionStorage.removeItem(storageKey),
  };
}
