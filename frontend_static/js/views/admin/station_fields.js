/**
 * The fields of a workstation.
 * @import {StationView} from '../../contract.d.ts'
 */
import { newPassword, strengthOf } from '../../lib/admin/passwords.js';
import { html, nothing } from '../../lib/html.js';
import { describedBy, field, selectField } from '../field.js';

/** @type {Record<StationView['role'], string>} */
export const ROLES = { staff: 'Staff', admin: 'Administrator', agent: 'Sync agent' };

/** @typedef {Record<string, string>} Errors */

/**
 * @param {string} value
 * @param {Errors} errors
 */
export const stationNameField = (value, errors) => field({
  name: 'display_name', label: 'Name', error: errors['display_name'] ?? '',
    hint: 'Stands on the screen and in lock messages, e.g. “Front desk”.',
  control: html`<input id="modal-display_name" name="display_name" value=${value} maxlength="100" minlength="2" required
    data-label="name" autocomplete="off"
    aria-describedby=${describedBy('display_name')} aria-invalid=${errors['display_name'] ? 'true' : nothing}>`,
});

/** @param {Errors} errors */
export const stationIdField = (errors) => field({
  name: 'id', label: 'Log-in', error: errors['id'] ?? '',
    hint: 'Small letters, digits and hyphens, e.g. “front-desk”. It cannot be changed later.',
  control: html`<input id="modal-id" name="id" maxlength="63" pattern="[a-z0-9][a-z0-9\\-]*" required data-label="log-in"
    autocomplete="off" autocapitalize="none"
    spellcheck="false" aria-describedby=${describedBy('id')} aria-invalid=${errors['id'] ? 'true' : nothing}>`,
});

/**
 * @param {StationView['role']} role
 * @param {Errors} errors
 */
export const roleField = (role, errors) => selectField('role', 'Role',
  Object.entries(ROLES).map(([value, label]) => ({ value, label })), {
  value: role, required: true, error: errors['role'] ?? '',
  hint: 'Administrators see this page. A sync agent can only copy files to the lab share and cannot use these pages.' });

/**
 * @param {string} value
 * @param {Errors} errors
 */
export const sharePathField = (value, errors) => field({
  name: 'share_path', label: 'Lab share', error: errors['share_path'] ?? '',
    hint: 'Where this computer finds the lab’s files, e.g. Z:\\PrintLab. Needed for “Open file”.',
  control: html`<input id="modal-share_path" name="share_path" value=${value} maxlength="250" autocomplete="off"
    spellcheck="false"
    aria-describedby=${describedBy('share_path')} aria-invalid=${errors['share_path'] ? 'true' : nothing}>`,
});

/**
 * The password can be read here and nowhere else later.
 * @param {Errors} errors
 * @param {FormData} form
 */
export const passwordField = (errors, form) => {
  const typed = String(form.get('password') ?? '');
  const { tone, text } = strengthOf(typed);
  return field({
    name: 'password', label: 'Password', error: errors['password'] ?? '',
    hint: html`Write it down now: it is shown only here, and only once.
      ${typed ? html`<span class="badge badge-${tone}">${text}</span>` : nothing}`,
    control: html`<div class="with-button">
      <input id="modal-password" name="password" class="mono" minlength="10" maxlength="200" required
        data-label="password of 10 characters or more" autocomplete="off"
        autocapitalize="none" spellcheck="false" aria-describedby=${describedBy('password')}
          aria-invalid=${errors['password'] ? 'true' : nothing}>
      <button class="button" type="button" @click=${makeOne}>Make one</button>
    </div>`,
  });
};

/** @param {Event} event */
function makeOne(event) {
  const input = /** @type {HTMLInputElement} */ (/** @type {HTMLElement} */ (event.currentTarget).previousElementSibling);
  input.value = newPassword();
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
