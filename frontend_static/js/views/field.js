/**
 * A labelled field of a modal, with hint and error that screen readers find.
 * @import {Fragment} from '../lib/html.js'
 */
import { html, nothing, repeat } from '../lib/html.js';

/**
 * @typedef {Object} FieldOptions
 * @property {string} name      of the control, which must have the id `modal-<name>`
 * @property {string} label
 * @property {Fragment} control
 * @property {string | Fragment} [hint]
 * @property {string} [error]
 */

/** @param {FieldOptions} options */
export const field = ({ name, label, control, hint = nothing, error = '' }) => html`
  <div class="field">
    <label for="modal-${name}">${label}</label>
    ${control}
    ${hint === nothing ? nothing : html`<p class="field-hint" id="modal-${name}-hint">${hint}</p>`}
    <p class="field-error" id="modal-${name}-error">${error}</p>
  </div>`;

/** The texts that belong to a control. @param {string} name */
export const describedBy = (name) => `modal-${name}-hint modal-${name}-error`;

/**
 * Options are keyed by value: when the choices change, the chosen one stays chosen or the empty one is.
 * @param {string} name
 * @param {string} label
 * @param {{value: string, label: string}[]} choices
 * @param {{value?: string | null, empty?: string, required?: boolean, error?: string, hint?: string | Fragment}} [options]
 */
export const selectField = (name, label, choices, options = {}) => {
  const { value = '', empty, required = false, error = '', hint = nothing } = options;
  const control = html`
    <select id="modal-${name}" name=${name} ?required=${required} data-label=${label}
      aria-describedby=${describedBy(name)} aria-invalid=${error ? 'true' : nothing}>
      ${empty === undefined ? nothing : html`<option value="">${empty}</option>`}
      ${repeat(choices, (choice) => choice.value, (choice) => html`
        <option value=${choice.value} ?selected=${choice.value === value}>${choice.label}</option>`)}
    </select>`;
  return field({ name, label, control, hint, error });
};

/**
 * @param {string} name
 * @param {string} label
 * @param {{max: number, required?: boolean, error?: string, hint?: string | Fragment}} options  max: characters
 */
export const textField = (name, label, { max, required = false, error = '', hint = nothing }) => field({
  name, label, hint, error,
  control: html`<input id="modal-${name}" name=${name} maxlength=${max} ?required=${required} autocomplete="off"
    data-label=${label} aria-describedby=${describedBy(name)} aria-invalid=${error ? 'true' : nothing}>`,
});

/**
 * @param {string} name
 * @param {string} label
 * @param {{min?: number, max: number, required?: boolean, error?: string, hint?: string | Fragment}} options  in characters
 */
export const textArea = (name, label, { min = 0, max, required = false, error = '', hint = nothing }) => field({
  name, label, hint, error,
  control: html`<textarea id="modal-${name}" name=${name} minlength=${min} maxlength=${max} ?required=${required}
    data-label=${label} aria-describedby=${describedBy(name)} aria-invalid=${error ? 'true' : nothing}></textarea>`,
});

/**
 * A positive quantity.
 * @param {string} name
 * @param {string} label
 * @param {{value: number | string | null, min: string, max: string, step: string, error?: string, hint?: string | Fragment}} options
 */
export const numberField = (name, label, { value, min, max, step, error = '', hint = nothing }) => field({
  name, label, hint, error,
  control: html`<input id="modal-${name}" name=${name} type="number" inputmode="decimal" min=${min} max=${max} step=${step}
    value=${value ?? ''} required autocomplete="off" data-label=${label} aria-describedby=${describedBy(name)}
    aria-invalid=${error ? 'true' : nothing}>`,
});
