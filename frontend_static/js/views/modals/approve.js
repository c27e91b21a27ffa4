/**
 * Approval: the file to print, weight and time as its slicer wrote them, and what differs from the student's wishes.
 * @import {CandidateFile, Catalog, JobView, Slicing} from '../../contract.d.ts'
 * @import {SpecMaker} from './action.js'
 */
import { materialOf, materialsFor, printersFor } from '../../lib/catalog.js';
import { printTime, recordedHours } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { createPrefill } from '../../lib/prefill.js';
import { differencesFrom, estimatedWeight, slicedHours } from '../../lib/slicing.js';
import { listFiles } from '../../lib/staff_api.js';
import { numberField, selectField } from '../field.js';
import { differencesNotice, fromFile } from '../slicing.js';
import { offers } from './allowed.js';
import { candidateChoice } from './candidate_choice.js';
import { createLiveCost } from './live_cost.js';
import { expectedHint, expectedWeight, unitDoubt, weightDoubt } from './model_doubts.js';

/** @type {SpecMaker} */
export const approve = (desk, redraw) => {
  const cost = createLiveCost(redraw);
  /** @type {CandidateFile[]} */
  let files = [];
  let chosen = '';
  let material = '';
  let printer = '';
  /** @type {JobView | null} */
  let opened = null;
  const grams = createPrefill();
  const hours = createPrefill();

  const slicing = () => files.find(({ name }) => name === chosen)?.slicing ?? null;

  function fill() {
    grams.offer(slicing()?.weight_g ?? opened?.weight_g ?? null);
    hours.offer(slicedHours(slicing()) ?? opened?.time_hours ?? null);
    cost.update(material, Number(grams.text));
  }

  return {
    title: 'Approve',
    submitLabel: 'Approve and send the price',
    tone: 'primary',
    path: 'approve',
    allowed: offers('approve'),
    async prepare(job) {
      const list = await listFiles(job.id);
      files = list.files;
      opened = job;
      chosen ||= list.recommended ?? '';
      material ||= materialOf(desk.catalog, job)?.id ?? '';
      printer ||= job.printer;
      fill();
    },
    onInput(form) {
      const text = (/** @type {string} */ name) => String(form.get(name) ?? '');
      [chosen, material, printer] = [text('authoritative_filename'), text('material'), text('printer')];
      grams.read(text('weight_g'));
      hours.read(text('time_hours'));
      fill();
    },
    body: (job, errors) => html`
      ${unitDoubt(job)}
      ${candidateChoice(files, errors['authoritative_filename'] ?? '')}
      <div class="field-grid">
        ${numberField('weight_g', 'Weight (grams)', {
          value: grams.text, min: '0.001', max: '100000', step: '0.001', error: errors['weight_g'] ?? '',
          hint: html`${fromFile('weight_g', grams.text, toldWeight(slicing(), material))}
            ${slicing()?.weight_g ? nothing : expectedHint(expectedWeight(job, desk.catalog, material))}` })}
        ${numberField('time_hours', 'Print time (hours)', {
          value: hours.text, min: '0.01', max: '2000', step: '0.01', error: errors['time_hours'] ?? '',
          hint: html`${recorded(Number(hours.text))} ${fromFile('time_hours', hours.text, toldHours(slicing()))}` })}
      </div>
      <div class="field-grid field-grid-3">${overrides(desk.catalog, job, material, errors)}</div>
      ${differencesNotice(differencesFrom(slicing(), printer, material))}
      ${slicing()?.weight_g ? nothing : weightDoubt(Number(grams.text), expectedWeight(job, desk.catalog, material))}
      ${cost.view('Price for the student')}`,
    read: (form) => ({
      authoritative_filename: form.get('authoritative_filename'),
      weight_g: Number(form.get('weight_g')),
      time_hours: Number(form.get('time_hours')),
      material: form.get('material'),
      printer: form.get('printer'),
      color: form.get('color'),
    }),
    done: (job) => `Approved: ${job.display_name}. The student gets the price by mail.`,
  };
};

/** @param {number} hours */
const recorded = (hours) => (hours > 0 ? `Recorded as ${printTime(recordedHours(hours))}.` : 'Rounded up to the next half hour.');

/**
 * @param {Slicing | null} slicing
 * @param {string} material
 */
function toldWeight(slicing, material) {
  if (slicing?.weight_g) return { value: slicing.weight_g, unit: 'g' };
  const value = estimatedWeight(slicing, material);
  return value === null ? null : { value, unit: 'g', estimated: true };
}

/** @param {Slicing | null} slicing */
function toldHours(slicing) {
  const value = slicedHours(slicing);
  return value === null ? null : { value, unit: 'h' };
}

/**
 * Material, printer and color, as the student asked unless changed.
 * @param {Catalog} catalog
 * @param {JobView} job
 * @param {string} material
 * @param {Record<string, string>} errors
 */
function overrides(catalog, job, material, errors) {
  const materials = materialsFor(catalog, job.method);
  const colors = materials.find(({ id }) => id === material)?.colors ?? [];
  const asked = colors.includes(job.color) ? nothing : `The student asked for ${job.color}.`;
  return html`
    ${selectField('material', 'Material', materials.map(({ id, name }) => ({ value: id, label: name })),
      { value: material, required: true, error: errors['material'] ?? '' })}
    ${selectField('printer', 'Printer', printersFor(catalog, job.method).map(({ id, name }) => ({ value: id, label: name })),
      { value: job.printer, required: true, error: errors['printer'] ?? '' })}
    ${selectField('color', 'Color', colors.map((name) => ({ value: name, label: name })),
      { value: job.color, empty: 'Choose…', required: true, error: errors['color'] ?? '', hint: asked })}`;
}
