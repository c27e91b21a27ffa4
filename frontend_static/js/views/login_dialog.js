/**
 * The log-in over a page whose session has ended while somebody works.
 */
import { ApiError } from '../lib/api.js';
import { openDialog } from '../lib/dialog.js';
import { html } from '../lib/html.js';
import { createLogIn } from '../lib/log_in.js';
import { loginForm } from './login_form.js';

/**
 * @returns {Promise<void>} when there is a session again; rejects when the dialog is closed without
 */
export function logInAgain() {
  return new Promise((resolve, reject) => {
    const login = createLogIn(() => dialog.update(), () => {
      resolve();
      dialog.close();
    });
    const dialog = openDialog({
      labelledBy: 'login-title',
      className: 'dialog-narrow',
      view: () => html`
        <div class="dialog-head"><h2 id="login-title">Please log in again</h2></div>
        <div class="dialog-body">
          <p>This workstation's session has ended. Nothing that you typed is lost.</p>
          ${loginForm(login.state, login.submit)}
        </div>`,
      // After a log-in the promise is settled already, and this changes nothing.
      onClosed: () => reject(new ApiError(401, 'not_authenticated', 'This workstation is logged out.')),
    });
  });
}
