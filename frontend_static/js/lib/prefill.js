/** What a field is filled with until somebody types into it; from then on it is theirs. */

/** @typedef {ReturnType<typeof createPrefill>} Prefill */

export function createPrefill() {
  let text = '';
  let typed = false;
  return {
    /** What stands in the field. */
    get text() {
      return text;
    },
    /** @param {number | null} value to fill it with, null for nothing */
    offer(value) {
      if (!typed) text = value === null ? '' : String(value);
    },
    /** @param {string} current what stands in the field now */
    read(current) {
      typed ||= current !== text;
      text = current;
    },
  };
}
