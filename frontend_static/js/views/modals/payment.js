/**
 * @import {SpecMaker} from './action.js'
 */
import { materialOf } from '../../lib/catalog.js';
import { money } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { field, numberField, textField, describedBy } from '../field.js';
import { offers } from './allowed.js';
import { notice } from '../notice.js';
import { createLiveCost } from './live_cost.js';

/** @type {SpecMaker} */
export const payment = (desk, redraw) => {
  const cost = createLiveCost(redraw);
  let material = '';
  return {
    title: 'Payment and pick-up',
    submitLabel: 'Record payment',
    tone: 'primary',
    path: 'payment',
    allowed: offers('payment'),
    async prepare(job) {
      material = job.material ?? materialOf(desk.catalog, job)?.id ?? '';
      cost.update(material, job.weight_g ?? 0);
    },
    onInput: (form) => cost.update(material, Number(form.get('grams'))),
    body: (job, errors) => html`
      ${numberField('grams', 'Weight of the finished print (grams)', {
        value: job.weight_g, min: '0.001', max: '100000', step: '0.001', error: errors['grams'] ?? '',
        hint: job.cost_cents === null ? nothing : `The student confirmed ${money(job.cost_cents)}.` })}
      ${cost.view('To pay')}
      ${moreThanConfirmed(cost.cents, job.cost_cents)}
      ${textField('txn_no', 'Transaction number', { max: 50, required: true, error: errors['txn_no'] ?? '' })}
      ${pickedUpBy(job.student_name, errors['picked_up_by'] ?? '', redraw)}`,
    read: (form) => ({
      grams: Number(form.get('grams')),
      txn_no: String(form.get('txn_no')).trim(),
      picked_up_by: String(form.get('picked_up_by')).trim(),
    }),
    done: (job) => `Paid and picked up: ${job.display_name}`,
  };
};

/** From which share on a price is another one. */
const OTHER_PRICE = 1.1;

/**
 * @param {number | null} cents
 * @param {number | null} confirmed
 */
const moreThanConfirmed = (cents, confirmed) => (cents !== null && confirmed !== null && cents > confirmed * OTHER_PRICE
  ? notice('warn', `${money(cents - confirmed)} more than the student confirmed`,
    `${money(confirmed)} was confirmed. Check the weight, and tell the student why before you take the money.`)
  : nothing);

/**
 * Who took it: mostly the student, so that is one click.
 * @param {string} student
 * @param {string} error
 * @param {() => void} redraw
 */
function pickedUpBy(student, error, redraw) {
  /** @param {Event} event */
  const fill = (event) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    const input = button.closest('form')?.elements.namedItem('picked_up_by');
    if (input instanceof HTMLInputElement) input.value = student;
    redraw();
  };
  return field({
    name: 'picked_up_by', label: 'Picked up by', error,
    control: html`
      <span class="with-button">
        <input id="modal-picked_up_by" name="picked_up_by" maxlength="100" required autocomplete="off" data-label="Picked up by"
          aria-describedby=${describedBy('picked_up_by')} aria-invalid=${error ? 'true' : nothing}>
        <button class="button" type="button" @click=${fill}>The student</button>
      </span>`,
  });
}
