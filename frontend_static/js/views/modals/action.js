/**
 * Opens an action's modal and runs it: the flow decides, the frame shows, the spec fills.
 * @import {Catalog, DeskView, JobCard, JobView, Staff, Workstation} from '../../contract.d.ts'
 * @import {FlowState} from '../../lib/action_flow.js'
 * @import {DialogHandle} from '../../lib/dialog.js'
 * @import {Fragment} from '../../lib/html.js'
 */
import { ActionFlow } from '../../lib/action_flow.js';
import { rememberName, suggestedName } from '../../lib/attribution.js';
import { openDialog } from '../../lib/dialog.js';
import { missingIn } from '../../lib/missing.js';
import { act, extendLock, getJob, lockJob, unlockJob } from '../../lib/staff_api.js';
import { toast } from '../../lib/toast.js';
import { frameView } from './frame.js';

/**
 * What one kind of modal is made of; the functions in views/modals make these.
 * @typedef {Object} ActionSpec
 * @property {string} title
 * @property {string} submitLabel
 * @property {'primary' | 'danger'} tone
 * @property {string} path                             of the call below the job, e.g. `admin/force-unlock`
 * @property {boolean} [locks]                         whether it works under the job's lock; usually so
 * @property {(job: JobView) => boolean} allowed
 * @property {(job: JobView) => Promise<void>} [prepare]
 * @property {(job: JobView, errors: Record<string, string>) => Fragment} body
 * @property {(form: FormData, job: JobView) => Record<string, unknown>} read
 * @property {(job: JobView, body: {staff_name: string} & Record<string, unknown>) => Promise<JobView | null>} [send]
 * @property {(form: FormData) => string[]} [missing]  what the fields' own rules do not tell
 * @property {(form: FormData) => void} [onInput]
 * @property {(job: JobCard) => string} done           said when it is done
 */

/**
 * What the dashboard gives to its modals.
 * @typedef {Object} Desk
 * @property {Catalog} catalog
 * @property {Workstation} me
 * @property {DeskView} settings
 * @property {Staff[]} staff
 * @property {(job: JobView | null, card: JobCard) => void} onDone   null when the job is gone
 * @property {() => void} onOutdated                                 the list shows what is no longer so
 * @property {(card: JobCard) => void} forceUnlock
 */

/** @typedef {(desk: Desk, redraw: () => void) => ActionSpec} SpecMaker */

/**
 * @param {SpecMaker} maker
 * @param {JobCard} card
 * @param {Desk} desk
 */
export function openAction(maker, card, desk) {
  new ActionModal(maker, card, desk).begin();
}

class ActionModal {
  /** @type {JobCard} */ #card;
  /** @type {Desk} */ #desk;
  /** @type {ActionSpec} */ #spec;
  /** @type {ActionFlow} */ #flow;
  /** @type {DialogHandle} */ #dialog;
  #missing = '';
  /** Whether somebody has entered something, and wants to go without sending it. */
  #entered = false;
  #leaving = false;
  #onLeavePage = () => void this.#flow.leave();

  /**
   * @param {SpecMaker} maker
   * @param {JobCard} card
   * @param {Desk} desk
   */
  constructor(maker, card, desk) {
    this.#card = card;
    this.#desk = desk;
    this.#spec = maker(desk, () => this.#draw());
    this.#flow = this.#makeFlow();
    this.#dialog = openDialog({
      labelledBy: 'modal-title',
      view: () => this.#view(),
      mayClose: () => this.#mayLeave(),
      onClosed: () => this.#closed(),
    });
    addEventListener('pagehide', this.#onLeavePage);
  }

  /** If it is clear enough who acts, the job is opened at once. */
  begin() {
    this.#draw();
    const suggestion = suggestedName();
    if (this.#desk.staff.some((person) => person.is_active && person.name === suggestion)) void this.#flow.actAs(suggestion);
  }

  #makeFlow() {
    const [spec, id] = [this.#spec, this.#card.id];
    return new ActionFlow({
      locks: spec.locks ?? true,
      allowed: spec.allowed,
      prepare: spec.prepare ?? (async () => undefined),
      send: spec.send ?? ((job, body) => act(job.id, spec.path, body)),
      calls: {
        get: () => getJob(id),
        lock: (name) => lockJob(id, name),
        extend: () => extendLock(id),
        unlock: () => unlockJob(id),
      },
      onChange: (state) => this.#onChange(state),
    });
  }

  #view() {
    return frameView({
      spec: this.#spec, card: this.#card, desk: this.#desk, state: this.#flow.state, missing: this.#missing,
      onInput: (event) => this.#onInput(event),
      onSubmit: (event) => this.#onSubmit(event),
      onRetry: () => void this.#flow.retry(),
      onForceUnlock: () => {
        this.#dialog.close();
        this.#desk.forceUnlock(this.#card);
      },
      leaving: this.#leaving,
      onStay: () => this.#stay(),
      onClose: () => this.#mayLeave() && this.#dialog.close(),
    });
  }

  /** What was entered is not thrown away by a slip: the first wish to leave asks, the second leaves. */
  #mayLeave() {
    if (this.#flow.state.phase === 'sending') return false;
    if (!this.#entered || this.#leaving) return true;
    this.#leaving = true;
    this.#draw();
    /** @type {HTMLElement | null} */ (this.#dialog.element.querySelector('.dialog-foot button'))?.focus();
    return false;
  }

  #stay() {
    this.#leaving = false;
    this.#draw();
    /** @type {HTMLElement | null} */ (this.#form().querySelector('fieldset :is(input, select, textarea)'))?.focus();
  }

  #form() {
    return /** @type {HTMLFormElement} */ (this.#dialog.element.querySelector('form'));
  }

  /** Draws, and once more if what is missing has changed by what was drawn. */
  #draw() {
    this.#dialog.update();
    const form = this.#form();
    const more = this.#flow.state.phase === 'ready' ? this.#spec.missing?.(new FormData(form)) ?? [] : [];
    const missing = [...missingIn(form), ...more].join(', ');
    if (missing === this.#missing) return;
    this.#missing = missing;
    this.#dialog.update();
  }

  /** @param {FlowState} state */
  #onChange({ phase, job, message }) {
    if (phase === 'done') {
      this.#dialog.close();
      toast(this.#spec.done(job ?? this.#card));
      this.#desk.onDone(job, this.#card);
      return;
    }
    this.#draw();
    if (message) this.#showMessage();
  }

  /** Brings what went wrong into view, and the cursor to the first field that it concerns. */
  #showMessage() {
    const body = this.#dialog.element.querySelector('.dialog-body');
    const field = body?.querySelector('[aria-invalid="true"]');
    if (field instanceof HTMLElement) field.focus();
    else body?.querySelector('.notice')?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Event} event */
  #onInput(event) {
    this.#flow.touch();
    const control = /** @type {HTMLInputElement} */ (event.target);
    if (control.name !== 'staff_name') {
      this.#entered = true;
      // The change that leaving a field brings is not somebody going on.
      if (event.type === 'input') this.#leaving = false;
      this.#spec.onInput?.(new FormData(this.#form()));
      this.#draw();
    } else if (event.type === 'change') {
      rememberName(control.value);
      void this.#flow.actAs(control.value);
    }
  }

  /** @param {SubmitEvent} event */
  #onSubmit(event) {
    event.preventDefault();
    const { job, staffName } = this.#flow.state;
    if (!job || this.#missing) return;
    rememberName(staffName);
    void this.#flow.submit(this.#spec.read(new FormData(this.#form()), job));
  }

  #closed() {
    removeEventListener('pagehide', this.#onLeavePage);
    if (this.#flow.state.phase === 'blocked') this.#desk.onOutdated();
    void this.#flow.close();
  }
}
