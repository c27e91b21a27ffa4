/**
 * The form on the page: what its fields hold, and the choices that the catalog gives them.
 * @import {Catalog, SubmissionFields} from '../contract.d.ts'
 */
import { colorsFor, printersFor } from './catalog.js';
import { millimetres, money } from './format.js';
import { fillSelect } from './select_options.js';

/**
 * @param {HTMLFormElement} form
 * @returns {SubmissionFields}
 */
export function readFields(form) {
  const values = readValues(form);
  const text = (/** @type {string} */ name) => (values[name] ?? '').trim();
  return {
    student_name: text('student_name'),
    student_email: text('student_email'),
    discipline: text('discipline'),
    class_number: text('class_number'),
    method: text('method'),
    printer: text('printer'),
    color: text('color'),
    acknowledged_minimum_charge: text('acknowledged_minimum_charge') === 'yes',
  };
}

/**
 * Everything typed or chosen but the file, by field name, disabled fields included.
 * @param {HTMLFormElement} form
 */
export function readValues(form) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const control of form.elements) {
    if (isField(control) && control.type !== 'file') values[control.name] = control.value;
  }
  return values;
}

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} values
 */
export function writeValues(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const control = form.elements.namedItem(name);
    if (isField(control) && control.type !== 'file') control.value = value;
  }
}

/**
 * @param {unknown} control
 * @returns {control is HTMLInputElement | HTMLSelectElement}
 */
const isField = (control) => control instanceof HTMLInputElement || control instanceof HTMLSelectElement;

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function selectOf(form, name) {
  const select = form.elements.namedItem(name);
  if (!(select instanceof HTMLSelectElement)) throw new Error(`The form has no select ${name}`);
  return select;
}

/**
 * @param {HTMLFormElement} form
 * @param {Catalog} catalog
 */
export function offerCatalog(form, catalog) {
  const method = selectOf(form, 'method');
  fillSelect(selectOf(form, 'discipline'), catalog.disciplines.map((name) => ({ value: name, label: name })));
  fillSelect(method, catalog.methods.map(({ id }) => ({ value: id, label: id })));
  method.disabled = false;
  showMinimum(form, money(catalog.minimum_charge_cents));
  showMethods(form, catalog);
  offerForMethod(form, catalog);
}

/**
 * The amount in the question of consent. Who agreed to another amount is asked again.
 * @param {HTMLFormElement} form
 * @param {string} amount
 */
function showMinimum(form, amount) {
  const place = form.querySelector('#minimum-charge');
  if (!place || place.textContent === amount) return;
  place.textContent = amount;
  selectOf(form, 'acknowledged_minimum_charge').value = '';
}

/**
 * Colors and printers of the chosen method; both wait until there is one.
 * @param {HTMLFormElement} form
 * @param {Catalog} catalog
 */
export function offerForMethod(form, catalog) {
  const method = selectOf(form, 'method').value;
  const colors = colorsFor(catalog, method).map((name) => ({ value: name, label: name }));
  const printers = printersFor(catalog, method)
    .map(({ id, name, build_volume_mm: size }) => ({ value: id, label: `${name} (${millimetres(size)})` }));
  offer(form, 'color', colors, method ? `Colors available in ${method}.` : 'Choose the print method first.');
  offer(form, 'printer', printers, method ? 'Which printer does your model fit on?' : 'Choose the print method first.');
  for (const card of form.querySelectorAll('.method-card')) {
    card.classList.toggle('chosen', card.getAttribute('data-method') === method);
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {'color' | 'printer'} name
 * @param {{value: string, label: string}[]} choices
 * @param {string} hint
 */
function offer(form, name, choices, hint) {
  const select = selectOf(form, name);
  fillSelect(select, choices);
  select.disabled = choices.length === 0;
  const place = form.querySelector(`#${name}-hint`);
  if (place) place.textContent = hint;
}

/**
 * The descriptions of Filament and Resin stand in the page; those of other methods come from the
 * catalog, and a method that is no longer offered is hidden.
 * @param {HTMLFormElement} form
 * @param {Catalog} catalog
 */
function showMethods(form, catalog) {
  const place = form.querySelector('#method-descriptions');
  const cards = [...form.querySelectorAll('.method-card')];
  for (const card of cards) {
    card.toggleAttribute('hidden', !catalog.methods.some(({ id }) => id === card.getAttribute('data-method')));
  }
  for (const { id, description } of catalog.methods) {
    if (cards.some((card) => card.getAttribute('data-method') === id)) continue;
    const card = document.createElement('div');
    card.className = 'method-card';
    card.setAttribute('data-method', id);
    const [title, text] = [document.createElement('h3'), document.createElement('p')];
    [title.textContent, text.textContent] = [id, description];
    card.append(title, text);
    place?.append(card);
  }
}

/**
 * Chooses a printer of a method, as the student would have done.
 * @param {HTMLFormElement} form
 * @param {Catalog} catalog
 * @param {string} method
 * @param {string} printer
 */
export function choosePrinter(form, catalog, method, printer) {
  selectOf(form, 'method').value = method;
  offerForMethod(form, catalog);
  selectOf(form, 'printer').value = printer;
}
