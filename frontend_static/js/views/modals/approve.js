/**
 * Approval: the file to print, weight and time, and what differs from the student's wishes.
 * @import {CandidateFile, Catalog, JobView} from '../../contract.d.ts'
 * @import {SpecMaker} from './action.js'
 */
import { materialOf, materialsFor, printersFor } from '../../lib/catalog.js';
import { printTime, recordedHours } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { listFiles } from '../../lib/staff_api.js';
import { numberField, selectField } from '../field.js';
import { offers } from './allowed.js';
import { candidateChoice } from './candidate_choice.js';
import { createLiveCost } from './live_cost.js';

/** @type {SpecMaker} */
export const approve = (desk, redraw) => {
  const cost = createLiveCost(redraw);
  /** @type {CandidateFile[]} */
  let files = [];
  let material = '';
  let hours = 0;

  return {
    title: 'Approve',
    submitLabel: 'Approve and send the price',
    tone: 'primary',
    path: 'approve',
    allowed: offers('approve'),
    async prepare(job) {
      files = (await listFiles(job.id)).files;
      material ||= materialOf(desk.catalog, job)?.id ?? '';
    },
    onInput(form) {
      material = String(form.get('material') ?? '');
      hours = Number(form.get('time_hours'));
      cost.update(material, Number(form.get('weight_g')));
    },
    body: (job, errors) => html`
      ${candidateChoice(files, errors['authoritative_filename'] ?? '')}
      <div class="field-grid">
        ${numberField('weight_g', 'Weight (grams)', {
          value: job.weight_g, min: '0.001', max: '100000', step: '0.001', error: errors['weight_g'] ?? '' })}
        ${numberField('time_hours', 'Print time (hours)', {
          value: job.time_hours, min: '0.01', max: '2000', step: '0.01', error: errors['time_hours'] ?? '',
          hint: hours > 0 ? `Recorded as ${printTime(recordedHours(hours))}` : 'Rounded up to the next half hour' })}
      </div>
      <div class="field-grid field-grid-3">${overrides(desk.catalog, job, material, errors)}</div>
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
