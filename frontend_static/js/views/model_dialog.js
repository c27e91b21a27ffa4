export const showModel = (/** @type {any} */ _x) => {};
