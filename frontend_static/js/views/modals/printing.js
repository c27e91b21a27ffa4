/**
 * The print itself: begun, finished, failed.
 * @import {SpecMaker} from './action.js'
 */
import { printersFor } from '../../lib/catalog.js';
import { html } from '../../lib/html.js';
import { selectField, textArea } from '../field.js';
import { offers } from './allowed.js';

/** @type {SpecMaker} */
export const markPrinting = (desk) => ({
  title: 'Start printing',
  submitLabel: 'Mark as printing',
  tone: 'primary',
  path: 'mark-printing',
  allowed: offers('mark-printing'),
  body: (job, errors) => html`
    <p>Start this file at the printer: <b class="mono">${job.authoritative_filename}</b></p>
    ${selectField('printer', 'Printer', printersFor(desk.catalog, job.method).map(({ id, name }) => ({ value: id, label: name })),
      { value: job.printer, required: true, error: errors['printer'] ?? '' })}`,
  read: (form) => ({ printer: form.get('printer') }),
  done: (job) => `Printing: ${job.display_name}`,
});

/** @type {SpecMaker} */
export const markComplete = () => ({
  title: 'Print complete',
  submitLabel: 'Mark as complete',
  tone: 'primary',
  path: 'mark-complete',
  allowed: offers('mark-complete'),
  body: () => html`<p>The print is off the printer and good. The student gets a mail that it can be picked up.</p>`,
  read: () => ({}),
  done: (job) => `Complete: ${job.display_name}. The student gets a mail.`,
});

/** @type {SpecMaker} */
export const markFailed = () => ({
  title: 'Print failed',
  submitLabel: 'Mark as failed',
  tone: 'danger',
  path: 'admin/mark-failed',
  allowed: offers('mark-failed'),
  body: (_job, errors) => html`
    <p>The job goes back to Ready to Print. Price and confirmation stay; the student is not asked again.</p>
    ${textArea('reason', 'What went wrong?', { min: 3, max: 500, required: true, error: errors['reason'] ?? '' })}`,
  read: (form) => ({ reason: String(form.get('reason')).trim() }),
  done: (job) => `Back in Ready to Print: ${job.display_name}`,
});
