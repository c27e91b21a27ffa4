/** The look of a filament colour, guessed from its name; only ever shown beside the name itself. */

/** @type {readonly [string, string][]} */
const WORDS = [
  ['white', '#f7f7f2'], ['black', '#1d1f21'], ['silver', '#b9bec5'], ['gray', '#868c94'], ['grey', '#868c94'],
  ['red', '#cf2027'], ['orange', '#f07d1a'], ['yellow', '#f5cc1b'], ['gold', '#c79a2b'], ['green', '#2f9e44'],
  ['teal', '#158f8f'], ['turquoise', '#22b8a8'], ['cyan', '#1fb4d6'], ['blue', '#2458c9'], ['navy', '#1b2c63'],
  ['purple', '#7a3fb0'], ['violet', '#7a3fb0'], ['magenta', '#c7258f'], ['pink', '#f283b0'], ['brown', '#7b4f2c'],
  ['wood', '#b5895a'], ['beige', '#e0cfae'], ['natural', '#ece5d3'], ['clear', '#dcebf0'], ['transparent', '#dcebf0'],
];

/**
 * A CSS colour for a name such as "True Red", or null when no word of it is a colour. The last
 * colour word counts: "Orange Red" is a red.
 * @param {string} name
 */
export function swatchOf(name) {
  const words = name.toLowerCase().split(/[^a-z]+/).reverse();
  for (const word of words) {
    const known = WORDS.find(([color]) => color === word);
    if (known) return known[1];
  }
  return null;
}
