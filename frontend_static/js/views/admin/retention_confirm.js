/**
 * The last question before jobs are archived or removed for good.
 * @import {Staff} from '../../contract.d.ts'
 */
import { plural } from '../../lib/format.js';
import { html } from '../../lib/html.js';
import { textField } from '../field.js';
import { notice } from '../notice.js';
import { openForm } from './form_dialog.js';

/**
 * @param {Staff[]} staff
 * @param {'archive' | 'prune'} operation
 * @param {number} due
 * @param {number} days
 * @param {(staffName: string) => void} onConfirm
 */
export function confirmRetention(staff, operation, due, days, onConfirm) {
  const [jobs, prune] = [plural(due, 'job'), operation === 'prune'];
  openForm(staff, {
    title: prune ? `Remove ${jobs} for good` : `Archive ${jobs}`,
    submitLabel: prune ? `Remove ${jobs}` : `Archive ${jobs}`,
    tone: prune ? 'danger' : 'primary',
    body: () => (prune ? html`
      ${notice('warn', 'This cannot be taken back',
        html`${jobs} that were archived more than ${plural(days, 'day')} ago, and all their files, are removed.`)}
      ${textField('count', `Type the number of jobs, ${due}, to go on`, { max: 12, required: true })}`
      : html`<p>${jobs} that were picked up or rejected more than ${plural(days, 'day')} ago move to the archive.</p>`),
    missing: (form) => (prune && String(form.get('count')).trim() !== String(due) ? [`the number ${due}`] : []),
    send: async (staffName) => staffName,
    done: () => (prune ? 'Removing…' : 'Archiving…'),
    onDone: onConfirm,
  });
}
