/**
 * One printer, material or method in the catalog editor.
 * @import {CatalogDraft, MaterialDraft, MethodDraft, PrinterDraft} from '../../lib/admin/catalog_rules.js'
 * @import {Kind} from '../../lib/admin/catalog_changes.js'
 * @import {Fragment} from '../../lib/html.js'
 */
import { colorsOf, slugOf } from '../../lib/admin/catalog_rules.js';
import { html, live, nothing } from '../../lib/html.js';
import { colorName } from '../swatch.js';

/**
 * @typedef {Object} RowParts
 * @property {string} path                               of the row, e.g. `printers.0`
 * @property {string[]} methods                          that there are
 * @property {(field: string) => string} problem
 * @property {(changes: Record<string, unknown>) => void} change
 * @property {() => void} remove
 */

/**
 * @param {Kind} kind
 * @param {PrinterDraft | MaterialDraft | MethodDraft} entry
 * @param {RowParts} parts
 */
export function rowView(kind, entry, parts) {
  if (kind === 'printers') return printerRow(/** @type {PrinterDraft} */ (entry), parts);
  return kind === 'materials' ? materialRow(/** @type {MaterialDraft} */ (entry), parts)
    : methodRow(/** @type {MethodDraft} */ (entry), parts);
}

/**
 * @param {Kind} kind
 * @param {CatalogDraft} draft
 */
export function newEntry(kind, { methods }) {
  const method = methods[0]?.id ?? '';
  if (kind === 'printers') {
    return { isNew: true, id: '', name: '', methods: method ? [method] : [], volume: ['', '', ''], active: true };
  }
  return kind === 'materials' ? { isNew: true, id: '', name: '', method, price: '', density: '', colors: '', active: true }
    : { isNew: true, id: '', description: '' };
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement} */ (event.target).value;

/** @param {Event} event */
const isChecked = (event) => /** @type {HTMLInputElement} */ (event.target).checked;

/**
 * Jobs may name what is not new: it can be switched off, not removed.
 * @param {RowParts} parts
 * @param {{name: string, isNew?: boolean | undefined, active: boolean | null, fields: Fragment}} entry
 *   active: null for what cannot be switched off
 */
const row = ({ path, change, remove }, { name, isNew, active, fields }) => html`
  <fieldset class="panel catalog-row ${active === false ? 'catalog-row-off' : ''}">
    <legend class="visually-hidden">${name || 'New entry'}</legend>
    <div class="catalog-fields">${fields}</div>
    <div class="catalog-row-end">
      ${active === null ? nothing : html`<label class="choice">
        <input type="checkbox" id="${path}-active" .checked=${live(active)}
          @change=${(/** @type {Event} */ event) => change({ active: isChecked(event) })}>
        <span>Offered</span></label>`}
      ${!isNew ? nothing : html`<button class="button button-quiet button-warn" type="button"
        aria-label=${`Remove ${name || 'the new entry'}`} @click=${remove}>Remove</button>`}
    </div>
  </fieldset>`;

/**
 * @param {RowParts} parts
 * @param {string} field
 * @param {string} label
 * @param {string} value
 * @param {(value: string) => void} onInput
 * @param {{hint?: string, mode?: 'decimal' | 'text', lines?: number, problem?: string}} [options]
 */
const input = ({ path, problem }, field, label, value, onInput, options = {}) => {
  const { hint = '', mode = 'text', lines = 0, problem: own } = options;
  const [id, error] = [`${path}-${field}`, own ?? problem(field)];
  const common = { described: `${id}-hint ${id}-error`, invalid: error ? 'true' : nothing };
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${lines ? html`<textarea id=${id} rows=${lines} .value=${live(value)} aria-describedby=${common.described}
        aria-invalid=${common.invalid}
          @input=${(/** @type {Event} */ event) => onInput(valueOf(event))}></textarea>`
        : html`<input id=${id} autocomplete="off" inputmode=${mode} .value=${live(value)}
          aria-describedby=${common.described} aria-invalid=${common.invalid}
          @input=${(/** @type {Event} */ event) => onInput(valueOf(event))}>`}
      <p class="field-hint" id="${id}-hint">${hint}</p>
      <p class="field-error" id="${id}-error">${error}</p>
    </div>`;
};

/**
 * The id follows the name as long as no job can name it.
 * @param {RowParts} parts
 * @param {{id: string, name: string, isNew?: boolean}} entry
 */
const nameField = (parts, { id, name, isNew }) => input(parts, 'name', 'Name', name,
  (text) => parts.change({ name: text, ...(isNew && { id: slugOf(text) }) }),
  { hint: id ? `Known as ${id}` : '', problem: parts.problem('name') || parts.problem('id') });

const SIDES = ['Width', 'Depth', 'Height'];

/**
 * @param {PrinterDraft} printer
 * @param {RowParts} parts
 */
const printerRow = (printer, parts) => row(parts, { ...printer, fields: html`
  ${nameField(parts, printer)} ${volumeField(parts, printer)} ${methodsField(parts, printer)}` });

/**
 * @param {RowParts} parts
 * @param {PrinterDraft} printer
 */
const volumeField = (parts, { volume }) => html`
  <div class="field" role="group" aria-labelledby="${parts.path}-volume">
    <span class="label" id="${parts.path}-volume">Build volume <span class="soft">(mm)</span></span>
    <div class="sides">${SIDES.map((side, index) => html`
      <input aria-label="${side} in mm" inputmode="decimal" autocomplete="off" .value=${live(volume[index] ?? '')}
        aria-describedby="${parts.path}-volume-error" aria-invalid=${parts.problem('build_volume_mm') ? 'true' : nothing}
        @input=${(/** @type {Event} */ event) => parts.change({ volume: volume.with(index, valueOf(event)) })}>`)}
    </div>
    <p class="field-hint">Width × depth × height</p>
    <p class="field-error" id="${parts.path}-volume-error">${parts.problem('build_volume_mm')}</p>
  </div>`;

/**
 * @param {RowParts} parts
 * @param {PrinterDraft} printer
 */
const methodsField = (parts, { methods }) => {
  const switchMethod = (/** @type {string} */ method, /** @type {boolean} */ on) =>
    parts.change({ methods: parts.methods.filter((one) => (one === method ? on : methods.includes(one))) });
  return html`
    <fieldset class="field">
      <legend class="label">Methods</legend>
      <div class="choices-row">${parts.methods.map((method) => html`
        <label class="choice"><input type="checkbox" .checked=${live(methods.includes(method))}
          aria-describedby="${parts.path}-methods-error"
          aria-invalid=${parts.problem('methods') ? 'true' : nothing}
          @change=${(/** @type {Event} */ event) => switchMethod(method, isChecked(event))}>
          <span>${method}</span></label>`)}</div>
      <p class="field-error" id="${parts.path}-methods-error">${parts.problem('methods')}</p>
    </fieldset>`;
};

/**
 * @param {MaterialDraft} material
 * @param {RowParts} parts
 */
const materialRow = (material, parts) => row(parts, { ...material, fields: html`
  ${nameField(parts, material)}
  <div class="field">
    <label for="${parts.path}-method">Method</label>
    <select id="${parts.path}-method" .value=${live(material.method)} aria-describedby="${parts.path}-method-error"
      aria-invalid=${parts.problem('method') ? 'true' : nothing}
        @change=${(/** @type {Event} */ event) => parts.change({ method: valueOf(event) })}>
      ${parts.methods.map((method) => html`<option value=${method}
        ?selected=${method === material.method}>${method}</option>`)}
    </select>
    <p class="field-error" id="${parts.path}-method-error">${parts.problem('method')}</p>
  </div>
  ${input(parts, 'price_per_gram_cents', 'Price per gram (cents)', material.price, (price) => parts.change({ price }),
    { mode: 'decimal', hint: perHundred(material.price) })}
  ${input(parts, 'density_g_cm3', 'Density (g/cm³)', material.density, (density) => parts.change({ density }),
    { mode: 'decimal', hint: 'For the price range on the form. Empty: as it was, or as the name tells.' })}
  ${input(parts, 'colors', 'Colors', material.colors, (colors) => parts.change({ colors }),
    { lines: 4, hint: 'One on each line, in the order of the form.' })}
  <p class="swatches" aria-hidden="true">${colorsOf(material.colors).map((color) => colorName(color))}</p>` });

/** @param {string} price cents per gram */
const perHundred = (price) => (Number(price) > 0 ? `100 g cost $${Number(price).toFixed(2)}` : '');

/**
 * @param {MethodDraft} method
 * @param {RowParts} parts
 */
const methodRow = (method, parts) => row(parts, { name: method.id, isNew: method.isNew, active: null, fields: html`
  ${!method.isNew
    ? html`<div class="field"><span class="label">Name</span><p>${method.id}</p><p class="field-hint">Jobs are filed under
      it, so it stays.</p></div>`
    : input(parts, 'id', 'Name', method.id, (id) => parts.change({ id }), { hint: 'It cannot be changed later.' })}
  ${input(parts, 'description', 'Description', method.description, (description) => parts.change({ description }),
    { lines: 3, hint: 'Stands on the form, where students choose.' })}` });
