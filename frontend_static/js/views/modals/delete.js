/**
 * @import {SpecMaker} from './action.js'
 */
import { html, nothing } from '../../lib/html.js';
import { deleteJob } from '../../lib/staff_api.js';
import { describedBy, field } from '../field.js';
import { notice } from '../notice.js';
import { offers } from './allowed.js';

/** @type {SpecMaker} */
export const remove = () => ({
  title: 'Delete this job',
  submitLabel: 'Delete for good',
  tone: 'danger',
  path: '',
  allowed: offers('delete'),
  body: (job, errors) => html`
    ${notice('bad', 'This cannot be undone', 'The job and all its files are deleted. The student is not told.')}
    ${field({
      name: 'confirm', label: `Type ${job.short_id} to confirm`, error: errors['confirm'] ?? '',
      control: html`<input id="modal-confirm" name="confirm" required pattern=${job.short_id} autocomplete="off"
        autocapitalize="characters" spellcheck="false" data-label="the job's number"
        aria-describedby=${describedBy('confirm')} aria-invalid=${errors['confirm'] ? 'true' : nothing}>`,
    })}`,
  read: (form) => ({ confirm: form.get('confirm') }),
  async send(job, body) {
    await deleteJob(job.id, { staff_name: body.staff_name, confirm: String(body['confirm']) });
    return null;
  },
  done: (job) => `Deleted: ${job.display_name}`,
});
