/**
 * @template {object} S
 * @typedef {Object} Store
 * @property {() => S} get
 * @property {(changes: Partial<S>) => void} set
 * @property {(listener: (state: S) => void) => void} subscribe
 */

/**
 * A state that tells its listeners about every change.
 * @template {object} S
 * @param {S} initial
 * @returns {Store<S>}
 */
export function createStore(initial) {
  let state = initial;
  /** @type {Set<(state: S) => void>} */
  const listeners = new Set();

  return {
    get: () => state,
    set(changes) {
      state = { ...state, ...changes };
      for (const listener of listeners) listener(state);
    },
    subscribe(listener) {
      listeners.add(listener);
    },
  };
}
