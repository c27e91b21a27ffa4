/**
 * Error messages beside the fields of a form that stands in the page. Each field `x` has its message in
 * an element `#x-error`, which the control names in aria-describedby.
 */

/**
 * Shows these problems and no others.
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} problems message by field name
 */
export function showProblems(form, problems) {
  for (const place of form.querySelectorAll('.field-error')) {
    showProblem(form, place.id.replace(/-error$/, ''), '');
  }
  for (const [name, message] of Object.entries(problems)) showProblem(form, name, message);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} message "" when all is well
 */
export function showProblem(form, name, message) {
  const place = form.querySelector(`#${CSS.escape(name)}-error`);
  const control = form.elements.namedItem(name);
  if (!place || !(control instanceof HTMLElement)) return;
  place.textContent = message;
  control.toggleAttribute('aria-invalid', false);
  if (message) control.setAttribute('aria-invalid', 'true');
}

/**
 * Scrolls to the first field with a problem and puts the cursor there.
 * @param {HTMLFormElement} form
 */
export function focusFirstProblem(form) {
  const first = form.querySelector('[aria-invalid="true"]');
  if (!(first instanceof HTMLElement)) return;
  first.focus({ preventScroll: true });
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  (first.closest('.field') ?? first).scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
}
