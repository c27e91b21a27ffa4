/**
 * What every staff page stands in: the log-in, a session that ends in the middle of work, the way out, and the
 * frame with navigation and banner.
 * @import {Staff, Whoami, Workstation} from '../contract.d.ts'
 * @import {Fragment} from './html.js'
 * @import {StaffPageId} from '../views/topbar.js'
 */
import { logInAgain } from '../views/login_dialog.js';
import { loginForm } from '../views/login_form.js';
import { failed, loading } from '../views/message.js';
import { staffFrame } from '../views/staff_frame.js';
import { ApiError } from './api.js';
import { forgetName } from './attribution.js';
import { now } from './clock.js';
import { html, nothing, render } from './html.js';
import { createLogIn } from './log_in.js';
import { startPolling } from './polling.js';
import * as session from './session.js';
import { getSession, listStaff, logOut, onSessionEnd } from './staff_api.js';

/** How old the names, the settings and the banner on a page may be. */
const REFRESH_MS = 5 * 60_000;

/**
 * @typedef {Object} StaffPage
 * @property {StaffPageId} id
 * @property {string} title     over the log-in
 * @property {string} skipTo    id of the element where the page's content begins
 * @property {string} skipLabel
 * @property {(shell: StaffShell) => Promise<void>} open  loads and shows the page; may fail with an ApiError
 */

const app = () => /** @type {HTMLElement} */ (document.getElementById('app'));

/** @param {StaffPage} page */
export function startStaffPage(page) {
  const start = () => void begin(page, start);
  onSessionEnd(logInAgain);
  session.onChangeElsewhere((changed) => {
    // Over an open dialog the next call asks for a log-in, and nothing that was typed is lost.
    if (!changed && !document.querySelector('dialog[open]')) location.reload();
  });
  start();
}

/**
 * @param {StaffPage} page
 * @param {() => void} start  begins anew
 */
async function begin(page, start) {
  const known = session.current();
  if (!known || Date.parse(known.expires_at) < now()) {
    showLogIn(page, start);
    return;
  }
  render(html`<main class="login">${loading('Opening…')}</main>`, app());
  try {
    const [whoami, { staff }] = await Promise.all([getSession(), listStaff()]);
    await page.open(new StaffShell(page, whoami, staff));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) leave();
    else render(html`<main class="login">${failed(error.message, start)}</main>`, app());
  }
}

/**
 * @param {StaffPage} page
 * @param {() => void} start
 */
function showLogIn(page, start) {
  const login = createLogIn(draw, start);
  function draw() {
    render(html`
      <main class="login">
        <h1>${page.title}</h1>
        <div class="panel">${loginForm(login.state, login.submit)}</div>
      </main>`, app());
  }
  draw();
  document.getElementById(login.state.workstationId ? 'password' : 'workstation_id')?.focus();
}

/** Forgets the session and shows the log-in. */
function leave() {
  session.forget();
  forgetName();
  location.assign(location.pathname);
}

/** The frame of a page that is open. */
export class StaffShell {
  /** @type {StaffPage} */ #page;
  /** @type {Whoami} */ #whoami;
  /** Everybody who is or was staff. @type {Staff[]} */
  staff;
  /** Called when the workstation, its settings or the staff may have changed. @type {() => void} */
  onChange = () => undefined;

  /**
   * @param {StaffPage} page
   * @param {Whoami} whoami
   * @param {Staff[]} staff
   */
  constructor(page, whoami, staff) {
    this.#page = page;
    this.#whoami = whoami;
    this.staff = staff;
    onSessionEnd(async () => {
      await logInAgain();
      const { workstation } = session.current() ?? this.#whoami;
      this.#whoami = { ...this.#whoami, workstation };
      this.onChange();
    });
    startPolling(() => this.#refresh(), REFRESH_MS);
  }

  /** New names and settings reach a page that stays open all day. */
  async #refresh() {
    try {
      [this.#whoami, { staff: this.staff }] = await Promise.all([getSession(), listStaff()]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return;
    }
    this.onChange();
  }

  /** @returns {Workstation} */
  get me() {
    return this.#whoami.workstation;
  }

  get desk() {
    return this.#whoami.desk;
  }

  /**
   * Draws the page.
   * @param {Fragment} content  inside <main>
   * @param {Fragment} [status] at the end of the top bar, e.g. how fresh the page is
   */
  show(content, status = nothing) {
    const { id, skipTo, skipLabel } = this.#page;
    render(staffFrame({
      me: this.me, banner: this.desk.environment_banner, page: id, skipTo, skipLabel, content, status,
      logOut: () => void logOut().catch(() => undefined).finally(leave),
    }), app());
  }
}
