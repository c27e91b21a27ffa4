/**
 * What a form still needs before it can be sent, by the labels that its controls carry in data-label.
 * @param {HTMLFormElement} form
 * @returns {string[]} each label once, in the form's order
 */
export function missingIn(form) {
  const labels = [...form.elements]
    .filter((control) => (control instanceof HTMLInputElement || control instanceof HTMLSelectElement
      || control instanceof HTMLTextAreaElement) && control.willValidate && !control.validity.valid)
    .map((control) => /** @type {HTMLElement} */ (control).dataset['label'] ?? '')
    .filter(Boolean);
  return [...new Set(labels)].map((label) => label.charAt(0).toLowerCase() + label.slice(1));
}
