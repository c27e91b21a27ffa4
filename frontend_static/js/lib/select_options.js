/** Choices of a select that stands in the page's HTML. */

/**
 * Puts these choices into the select, after its empty one, and keeps the chosen value where it is still
 * offered.
 * @param {HTMLSelectElement} select
 * @param {{value: string, label: string}[]} choices
 */
export function fillSelect(select, choices) {
  const chosen = select.value;
  const options = choices.map(({ value, label }) => new Option(label, value));
  select.replaceChildren(new Option('Choose…', ''), ...options);
  select.value = choices.some(({ value }) => value === chosen) ? chosen : '';
}
