/**
 * The workstation's log-in, as a page or over a page whose session has ended.
 */
import { html, nothing } from '../lib/html.js';
import { notice } from './notice.js';

/**
 * @typedef {Object} LoginState
 * @property {string} workstationId  to begin with
 * @property {boolean} busy
 * @property {string} error
 */

/**
 * @param {LoginState} state
 * @param {(workstationId: string, password: string) => void} onLogIn
 */
export const loginForm = ({ workstationId, busy, error }, onLogIn) => {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    onLogIn(String(form.get('workstation_id')).trim(), String(form.get('password')));
  };
  return html`
    <form class="login-form" @submit=${submit}>
      ${error ? notice('bad', 'Not logged in', error) : nothing}
      <div class="field">
        <label for="workstation_id">Workstation</label>
        <input id="workstation_id" name="workstation_id" required autocomplete="username" autocapitalize="none" spellcheck="false"
          value=${workstationId} ?autofocus=${!workstationId} ?readonly=${busy}>
      </div>
      <div class="field">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" required autocomplete="current-password"
          ?autofocus=${Boolean(workstationId)} ?readonly=${busy}>
      </div>
      <button class="button button-primary" type="submit" ?disabled=${busy}>
        ${busy ? html`<span class="spinner"></span> Logging in…` : 'Log in'}
      </button>
    </form>`;
};
