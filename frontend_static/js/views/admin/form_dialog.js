/**
 * A change in somebody's name: what will happen, what must be given, who does it.
 * @import {Staff} from '../../contract.d.ts'
 * @import {DialogHandle} from '../../lib/dialog.js'
 * @import {Fragment} from '../../lib/html.js'
 */
import { ApiError, isLost } from '../../lib/api.js';
import { rememberName, suggestedName } from '../../lib/attribution.js';
import { openDialog } from '../../lib/dialog.js';
import { html, nothing } from '../../lib/html.js';
import { missingIn } from '../../lib/missing.js';
import { toast } from '../../lib/toast.js';
import { icons } from '../icons.js';
import { actingField } from '../modals/acting.js';
import { notice } from '../notice.js';

/**
 * @template T
 * @typedef {Object} FormSpec
 * @property {string} title
 * @property {string} submitLabel
 * @property {'primary' | 'danger'} [tone]
 * @property {(errors: Record<string, string>, form: FormData) => Fragment} body
 * @property {(form: FormData) => string[]} [missing]   what the fields' own rules do not tell
 * @property {(staffName: string, form: FormData) => Promise<T>} send
 * @property {(answer: T) => string} done               said when it is done
 * @property {(answer: T) => void} [onDone]
 * @property {(error: ApiError) => (() => void) | null} [onRefused]
 *   what the page does about a refusal, once the dialog is closed
 */

/**
 * @template T
 * @param {Staff[]} staff
 * @param {FormSpec<T>} spec
 */
export function openForm(staff, spec) {
  new FormDialog(staff, spec).begin();
}

/** @template T */
class FormDialog {
  #staff;
  #spec;
  /** @type {DialogHandle} */ #dialog;
  #staffName = '';
  #sending = false;
  #title = '';
  #message = '';
  /** @type {Record<string, string>} */ #fields = {};
  #missing = '';

  /**
   * @param {Staff[]} staff
   * @param {FormSpec<T>} spec
   */
  constructor(staff, spec) {
    this.#staff = staff;
    this.#spec = spec;
    const known = suggestedName();
    if (staff.some(({ name, is_active: active }) => active && name === known)) this.#staffName = known;
    this.#dialog = openDialog({ labelledBy: 'form-title', view: () => this.#view(), mayClose: () => !this.#sending });
  }

  begin() {
    this.#draw();
  }

  #form() {
    return /** @type {HTMLFormElement | null} */ (this.#dialog?.element.querySelector('form') ?? null);
  }

  #data() {
    const form = this.#form();
    return form ? new FormData(form) : new FormData();
  }

  #view() {
    const { title, body } = this.#spec;
    const state = { phase: this.#sending ? /** @type {const} */ ('sending') : /** @type {const} */ ('ready'),
      staffName: this.#staffName, fields: this.#fields };
    return html`
      <form class="dialog-form" autocomplete="off" novalidate @input=${this.#onInput} @change=${this.#onInput}
        @submit=${this.#onSubmit}>
        <div class="dialog-head">
          <h2 id="form-title">${title}</h2>
          <button class="button button-quiet button-icon" type="button" aria-label="Close" ?disabled=${this.#sending}
            @click=${() => this.#dialog.close()}>${icons.close}</button>
        </div>
        <div class="dialog-body" tabindex="-1">
          ${actingField(this.#staff, state, 'to go on')}
          ${this.#message ? notice('bad', this.#title, this.#message) : nothing}
          <fieldset ?disabled=${this.#sending}>${body(this.#fields, this.#data())}</fieldset>
        </div>
        ${this.#foot()}
      </form>`;
  }

  #foot() {
    const { submitLabel, tone = 'primary' } = this.#spec;
    return html`
      <div class="dialog-foot">
        <p class="dialog-missing" aria-live="polite">${this.#missing ? `Still needed: ${this.#missing}` : nothing}</p>
        <button class="button" type="button" ?disabled=${this.#sending}
          @click=${() => this.#dialog.close()}>Cancel</button>
        <button class="button button-${tone}" type="submit" ?disabled=${this.#sending || Boolean(this.#missing)}>
          ${this.#sending ? html`<span class="spinner"></span>` : nothing} ${submitLabel}
        </button>
      </div>`;
  }

  /** Draws, and once more if what is missing has changed by what was drawn. */
  #draw() {
    this.#dialog.update();
    const form = this.#form();
    if (!form || this.#sending) return;
    const missing = [...missingIn(form), ...(this.#spec.missing?.(this.#data()) ?? [])].join(', ');
    if (missing === this.#missing) return;
    this.#missing = missing;
    this.#dialog.update();
  }

  /** @param {Event} event */
  #onInput = (event) => {
    const control = /** @type {HTMLInputElement} */ (event.target);
    if (control.name === 'staff_name') this.#staffName = control.value;
    this.#draw();
  };

  /** @param {SubmitEvent} event */
  #onSubmit = async (event) => {
    event.preventDefault();
    if (this.#missing || this.#sending) return;
    // Read before the fields are disabled: disabled ones are left out.
    const form = this.#data();
    rememberName(this.#staffName);
    this.#sending = true;
    this.#message = '';
    this.#fields = {};
    this.#draw();
    try {
      this.#finish(await this.#spec.send(this.#staffName, form));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refused(error);
    }
  };

  /** @param {T} answer */
  #finish(answer) {
    this.#sending = false;
    this.#dialog.close();
    toast(this.#spec.done(answer));
    this.#spec.onDone?.(answer);
  }

  /** @param {ApiError} error */
  #refused(error) {
    this.#sending = false;
    const instead = this.#spec.onRefused?.(error);
    if (instead) {
      this.#dialog.close();
      instead();
      return;
    }
    this.#fields = error.fields;
    this.#title = isLost(error) ? 'No answer from the server' : 'That did not work';
    this.#message = isLost(error) ? 'It may have worked. Press the button again: nothing is done twice.' : error.message;
    this.#draw();
    const field = this.#dialog.element.querySelector('[aria-invalid="true"]');
    if (field instanceof HTMLElement) field.focus();
    else this.#dialog.element.querySelector('.notice')?.scrollIntoView({ block: 'nearest' });
  }
}
