/**
 * What administrators can do beyond the usual way. Each asks for a reason, which goes into the history.
 * @import {JobView} from '../../contract.d.ts'
 * @import {SpecMaker} from './action.js'
 */
import { dateTime, money, plural } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { STATUSES } from '../../lib/status.js';
import { selectField, textArea } from '../field.js';
import { notice } from '../notice.js';
import { offers } from './allowed.js';

/** @param {Record<string, string>} errors */
const reasonField = (errors) => textArea('reason', 'Reason', {
  min: 3, max: 500, required: true, error: errors['reason'] ?? '', hint: 'Stands in the job\'s history.' });

/** @param {FormData} form */
const reasonOf = (form) => String(form.get('reason')).trim();

/** @type {SpecMaker} */
export const forceConfirm = () => ({
  title: 'Confirm for the student',
  submitLabel: 'Force confirm',
  tone: 'danger',
  path: 'admin/force-confirm',
  allowed: offers('force-confirm'),
  body: (job, errors) => html`
    <p>The job goes to Ready to Print as if the student had confirmed${
      job.cost_cents === null ? nothing : html` the price of <b>${money(job.cost_cents)}</b>`}.</p>
    ${reasonField(errors)}`,
  read: (form) => ({ reason: reasonOf(form) }),
  done: (job) => `Confirmed: ${job.display_name}`,
});

/** @type {SpecMaker} */
export const changeStatus = () => ({
  title: 'Change status',
  submitLabel: 'Change status',
  tone: 'danger',
  path: 'admin/change-status',
  allowed: offers('change-status'),
  body: (job, errors) => html`
    ${notice('warn', 'An emergency tool', 'The files move to the new status, but no mail is sent and no step is checked.')}
    ${selectField('new_status', 'New status',
      STATUSES.filter(({ id }) => id !== job.status && id !== 'ARCHIVED').map(({ id, label }) => ({ value: id, label })),
      { empty: 'Choose…', required: true, error: errors['new_status'] ?? '' })}
    ${reasonField(errors)}`,
  read: (form) => ({ new_status: form.get('new_status'), reason: reasonOf(form) }),
  done: (job) => `${job.status_label} now: ${job.display_name}`,
});

/** @type {SpecMaker} */
export const forceUnlock = () => ({
  title: 'Force unlock',
  submitLabel: 'Force unlock',
  tone: 'danger',
  path: 'admin/force-unlock',
  locks: false,
  allowed: (job) => job.lock !== null && !job.lock.mine,
  body: ({ lock }, errors) => html`
    ${lock ? notice('warn', `${lock.locked_by} has this job open on ${lock.workstation_name}`,
      'Ask first if you can: what they have not saved yet may be refused.') : nothing}
    ${reasonField(errors)}`,
  read: (form) => ({ reason: reasonOf(form) }),
  done: (job) => `Unlocked: ${job.display_name}`,
});

/** Each with the statuses in which it is true; the server refuses it in others. */
const MAILS = [
  { value: 'approval', label: 'Approval, with a new confirmation link', in: ['PENDING'] },
  { value: 'rejection', label: 'Rejection, with the reasons', in: ['REJECTED', 'ARCHIVED'] },
  { value: 'completion', label: 'Completion: ready to pick up', in: ['COMPLETED', 'PAIDPICKEDUP', 'ARCHIVED'] },
  { value: 'receipt', label: 'Receipt, with the tracking link', in: STATUSES.map(({ id }) => id) },
];

/** The mail that fits best comes first. @param {JobView} job */
const mailsFor = ({ status }) => MAILS.filter((mail) => mail.in.includes(status));

/** @type {SpecMaker} */
export const resendEmail = ({ settings }) => ({
  title: 'Send a mail again',
  submitLabel: 'Send mail',
  tone: 'primary',
  path: 'admin/resend-email',
  locks: false,
  allowed: () => true,
  body: (job, errors) => html`
    <p>To ${job.student_email}.${job.confirmation.last_sent_at
      ? html` The last confirmation mail went out on ${dateTime(job.confirmation.last_sent_at)}.` : nothing}</p>
    ${selectField('email_type', 'Mail', mailsFor(job), {
      value: mailsFor(job)[0]?.value ?? '', required: true, error: errors['email_type'] ?? '',
      hint: `Each mail can be sent again once in ${plural(settings.resend_cooldown_minutes, 'minute')}.${
        job.status === 'PENDING' ? ' A new confirmation link makes the older ones invalid.' : ''}` })}`,
  read: (form) => ({ email_type: form.get('email_type') }),
  done: (job) => `Mail on its way to ${job.student_email}`,
});
