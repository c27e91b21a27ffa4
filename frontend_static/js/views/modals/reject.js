/**
 * @import {SpecMaker} from './action.js'
 */
import { html } from '../../lib/html.js';
import { textArea } from '../field.js';
import { offers } from './allowed.js';

/** The usual reasons, as the student will read them in the mail. */
export const REJECT_REASONS = [
  'The model is not watertight: it has holes or open edges',
  'Walls or details are too thin to print',
  'The model is too large for the chosen printer',
  'The scale is wrong: check that you exported in millimeters',
  'Overhangs have no support or cannot be supported',
  'The file is damaged or cannot be opened in our slicer',
  'The lab\'s policy does not permit printing this object',
  'We need more information: please contact the lab',
];

/** @type {SpecMaker} */
export const reject = () => ({
  title: 'Reject',
  submitLabel: 'Reject and tell the student',
  tone: 'danger',
  path: 'reject',
  allowed: offers('reject'),
  missing(form) {
    const given = form.getAll('reasons').length > 0 || String(form.get('custom_reason')).trim();
    return given ? [] : ['at least one reason'];
  },
  body: (_job, errors) => html`
    <fieldset class="field">
      <legend>Why can this not be printed?</legend>
      <div class="choices">${REJECT_REASONS.map((reason) => html`
        <label class="choice">
          <input type="checkbox" name="reasons" value=${reason}>
          <span class="choice-text">${reason}</span>
        </label>`)}
      </div>
      <p class="field-error">${errors['reasons'] ?? ''}</p>
    </fieldset>
    ${textArea('custom_reason', 'In your own words', {
      max: 500, error: errors['custom_reason'] ?? '', hint: 'The student reads this in the mail.' })}`,
  read: (form) => ({ reasons: form.getAll('reasons'), custom_reason: String(form.get('custom_reason')).trim() }),
  done: (job) => `Rejected: ${job.display_name}. The student gets the reasons by mail.`,
});
