/**
 * A section of the administration: it loads what it shows, keeps it while other sections are looked at, and
 * draws itself.
 * @import {Fragment} from '../html.js'
 * @import {StaffShell} from '../staff_shell.js'
 */
import { notice } from '../../views/notice.js';
import { ApiError } from '../api.js';
import { html, nothing } from '../html.js';

/** @typedef {{shell: StaffShell, redraw: () => void}} Office  what sections share */

export class Section {
  /** @type {Office} */ office;
  /** Why it could not be loaded. */
  error = '';
  /** Whether it is looked at. */
  active = false;
  #loaded = false;

  /** @param {Office} office */
  constructor(office) {
    this.office = office;
  }

  /** Whether something was typed that is not saved. */
  get dirty() {
    return false;
  }

  /** Reads what the section shows. @returns {Promise<void>} */
  async read() {}

  /** What the section shows once it is loaded. @returns {Fragment} */
  body() {
    return nothing;
  }

  /** It is looked at now, or again. */
  enter() {
    this.active = true;
    return this.load();
  }

  /** It is not looked at any more. */
  leave() {
    this.active = false;
  }

  load() {
    return this.attempt(async () => {
      await this.read();
      this.#loaded = true;
    });
  }

  /**
   * What may be refused or stay without an answer; why is said on top of the section.
   * @param {() => Promise<void>} task
   */
  async attempt(task) {
    try {
      await task();
      this.error = '';
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.error = error.message;
    }
    this.office.redraw();
  }

  /** @returns {Fragment} */
  view() {
    return html`
      ${this.error ? notice('bad', 'This could not be loaded', this.error, html`
        <p><button class="button" type="button" @click=${() => void this.load()}>Try again</button></p>`) : nothing}
      ${this.#loaded ? this.body() : nothing}
      ${!this.#loaded && !this.error ? html`
        <div class="panel skeleton section-skeleton" aria-busy="true"></div>
        <p class="visually-hidden" role="status">Loading…</p>` : nothing}`;
  }
}
