/**
 * The frame of every action's modal: whom it concerns, who acts, messages, and the buttons.
 * @import {JobCard} from '../../contract.d.ts'
 * @import {FlowState} from '../../lib/action_flow.js'
 * @import {ActionSpec, Desk} from './action.js'
 */
import { html, nothing } from '../../lib/html.js';
import { fileName } from '../file_name.js';
import { icons } from '../icons.js';
import { notice } from '../notice.js';
import { thumbnail } from '../thumbnail.js';
import { actingField } from './acting.js';

/**
 * @typedef {Object} FrameParts
 * @property {ActionSpec} spec
 * @property {JobCard} card
 * @property {Desk} desk
 * @property {FlowState} state
 * @property {string} missing                   what is still needed before it can be sent
 * @property {(event: Event) => void} onInput
 * @property {(event: SubmitEvent) => void} onSubmit
 * @property {() => void} onRetry
 * @property {() => void} onForceUnlock
 * @property {boolean} leaving                  whether to ask if what was entered may go
 * @property {() => void} onStay
 * @property {() => void} onClose
 */

/** @param {FrameParts} parts */
export const frameView = (parts) => html`
  <form class="dialog-form" autocomplete="off" novalidate
    @input=${parts.onInput} @change=${parts.onInput} @submit=${parts.onSubmit}>
    <div class="dialog-head">
      <h2 id="modal-title">${parts.spec.title}</h2>
      <button class="button button-quiet button-icon" type="button" aria-label="Close" @click=${parts.onClose}>
        ${icons.close}
      </button>
    </div>
    <div class="dialog-body" tabindex=${parts.state.phase === 'sending' ? 0 : -1}>
      ${subjectView(parts.state.job ?? parts.card)}
      ${actingField(parts.desk.staff, parts.state)}
      ${messageView(parts)}
      ${bodyView(parts.spec, parts.state)}
    </div>
    ${footView(parts)}
  </form>`;

/** @param {FrameParts} parts */
const footView = (parts) => (parts.leaving ? leavingView(parts) : sendingView(parts));

/** @param {FrameParts} parts */
const leavingView = ({ onStay, onClose }) => html`
  <div class="dialog-foot">
    <p class="dialog-missing" role="alert">Throw away what you have entered?</p>
    <button class="button" type="button" @click=${onStay}>Keep it</button>
    <button class="button button-danger" type="button" @click=${onClose}>Throw away</button>
  </div>`;

/** @param {FrameParts} parts */
const sendingView = ({ spec, state: { phase }, missing, onClose }) => html`
  <div class="dialog-foot">
    <p class="dialog-missing" aria-live="polite">${phase === 'ready' && missing ? `Still needed: ${missing}` : nothing}</p>
    <button class="button" type="button" ?disabled=${phase === 'sending'} @click=${onClose}>Cancel</button>
    <button class="button button-${spec.tone}" type="submit" ?disabled=${phase !== 'ready' || Boolean(missing)}>
      ${phase === 'sending' ? html`<span class="spinner"></span>` : nothing} ${spec.submitLabel}
    </button>
  </div>`;

/** @param {JobCard} job */
const subjectView = (job) => html`
  <div class="subject">
    ${thumbnail(job)}
    <div>
      <p><b>${job.student_name}</b> <span class="badge">${job.status_label}</span></p>
      <p class="soft">${fileName(job.display_name)}</p>
    </div>
  </div>`;

/**
 * Once shown, the fields stay, so that nothing typed is lost while the action is blocked.
 * @param {ActionSpec} spec
 * @param {FlowState} state
 */
function bodyView(spec, { phase, job, fields }) {
  if (job) return html`<fieldset ?disabled=${phase !== 'ready'}>${spec.body(job, fields)}</fieldset>`;
  return phase === 'preparing' ? html`<p class="soft" role="status">Opening the job…</p>` : nothing;
}

/** @param {FrameParts} parts */
function messageView({ state: { phase, title, message, final, lockedByOther }, desk, onRetry, onForceUnlock }) {
  if (!message) return nothing;
  if (phase !== 'blocked' || final) return notice(final ? 'warn' : 'bad', title, message);
  return notice('warn', title, message, html`
    <p class="actions">
      <button class="button" type="button" @click=${onRetry}>Try again</button>
      ${lockedByOther && desk.me.role === 'admin'
        ? html`<button class="button button-warn" type="button" @click=${onForceUnlock}>Force unlock…</button>` : nothing}
    </p>`);
}
