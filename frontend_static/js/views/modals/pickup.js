/**
 * Handed over without a payment, and the two ways back.
 * @import {JobView} from '../../contract.d.ts'
 * @import {SpecMaker} from './action.js'
 */
import { money, timeOfDay } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { offers } from './allowed.js';

/** @param {JobView} job */
const deadline = ({ revert_until: until }) => (until ? html`<p class="soft">Possible until ${timeOfDay(until)}.</p>` : nothing);

/** @type {SpecMaker} */
export const markPickedUp = () => ({
  title: 'Picked up without payment',
  submitLabel: 'Mark as picked up',
  tone: 'primary',
  path: 'mark-picked-up',
  allowed: offers('mark-picked-up'),
  body: (job) => html`
    <p>The job goes to Paid &amp; Picked Up and <b>no payment is recorded</b>${
      job.cost_cents === null ? nothing : html` (price ${money(job.cost_cents)})`}. If the student pays now, cancel and choose Payment.</p>`,
  read: () => ({}),
  done: (job) => `Picked up: ${job.display_name}`,
});

/** @type {SpecMaker} */
export const revertCompletion = () => ({
  title: 'Revert completion',
  submitLabel: 'Back to Printing',
  tone: 'danger',
  path: 'revert-completion',
  allowed: offers('revert-completion'),
  body: (job) => html`
    <p>The job goes back to Printing. The student may already have the mail that it can be picked up.</p>
    ${deadline(job)}`,
  read: () => ({}),
  done: (job) => `Back in Printing: ${job.display_name}`,
});

/** @type {SpecMaker} */
export const revertPickup = () => ({
  title: 'Revert pick-up',
  submitLabel: 'Back to Completed',
  tone: 'danger',
  path: 'revert-pickup',
  allowed: offers('revert-pickup'),
  body: (job) => html`
    <p>The job goes back to Completed.</p>
    ${job.payment && !job.payment.voided ? html`
      <p>The payment of <b>${money(job.payment.price_cents)}</b> (transaction ${job.payment.txn_no}) stays in the records,
        marked as void.</p>` : nothing}
    ${deadline(job)}`,
  read: () => ({}),
  done: (job) => `Back in Completed: ${job.display_name}`,
});
