/**
 * "Performing Action As": every change carries the name of an active member of staff.
 * @import {Staff} from '../../contract.d.ts'
 * @import {FlowState} from '../../lib/action_flow.js'
 */
import { html, nothing } from '../../lib/html.js';

/** @param {Staff} person */
const nameOf = (person) => (person.is_new ? `${person.name} (new)` : person.name);

/**
 * @param {Staff[]} staff
 * @param {Pick<FlowState, 'phase' | 'staffName' | 'fields'>} state
 * @param {string} [purpose] what the name is needed for
 * @param {string} [id]      of the control, where a dialog may stand over it
 */
export const actingField = (staff, { phase, staffName, fields }, purpose = 'to open the job', id = 'modal-staff_name') => {
  const error = fields['staff_name'] ?? '';
  const hint = staffName ? 'Not you? Choose your own name.' : `Choose your name ${purpose}.`;
  return html`
    <div class="field acting">
      <label for=${id}>Performing action as</label>
      <select id=${id} name="staff_name" required autofocus data-label="your name"
        ?disabled=${phase === 'sending'} aria-describedby="${id}-hint ${id}-error"
        aria-invalid=${error ? 'true' : nothing}>
        <option value="" ?selected=${!staffName} ?disabled=${Boolean(staffName)}>Choose your name…</option>
        ${staff.filter((person) => person.is_active).map((person) => html`
          <option value=${person.name} ?selected=${person.name === staffName}>${nameOf(person)}</option>`)}
      </select>
      <p class="field-hint" id="${id}-hint">${hint}</p>
      <p class="field-error" id="${id}-error">${error}</p>
    </div>`;
};
