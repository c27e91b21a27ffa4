/**
 * A button of a card, and what cards are told by the page around them.
 * @import {Catalog, JobCard, Workstation} from '../contract.d.ts'
 * @import {Button} from './modals/index.js'
 * @import {SpecMaker} from './modals/action.js'
 */
import { html } from '../lib/html.js';

/**
 * @typedef {Object} CardCommands
 * @property {(modal: SpecMaker, job: JobCard) => void} act
 * @property {(id: string) => void} toggle
 * @property {(job: JobCard) => void} retryDetails
 * @property {(job: JobCard, name: string) => void} download
 * @property {(job: JobCard, name: string) => void} view      in 3D
 * @property {(id: string, inSight: boolean) => void} see
 * @property {(id: string) => void} activate                  the keyboard has reached the card
 */

/**
 * @typedef {Object} CardContext
 * @property {Workstation} me
 * @property {Catalog} catalog
 * @property {number} now                      ms
 * @property {ReadonlySet<string>} inactive    names of staff who have left
 * @property {string | null} active            id of the card that Tab leads to
 * @property {CardCommands} commands
 */

const LOOKS = { primary: 'button-primary', plain: '', warn: 'button-warn' };

/**
 * @param {Button} button
 * @param {JobCard} job
 * @param {CardCommands} commands
 */
export const actionButton = (button, job, commands) => html`
  <button class="button ${LOOKS[button.look]}" type="button" aria-label="${button.label}: ${job.student_name}"
    @click=${() => commands.act(button.modal, job)}>${button.label}</button>`;
