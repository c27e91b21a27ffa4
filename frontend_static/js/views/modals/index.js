/**
 * Every action that a card can offer: its button and its modal. What a job offers is the server's to say,
 * in `job.actions`.
 * @import {JobCard, Workstation} from '../../contract.d.ts'
 * @import {SpecMaker} from './action.js'
 */
import { approve } from './approve.js';
import { remove } from './delete.js';
import { changeStatus, forceConfirm, forceUnlock, resendEmail } from './overrides.js';
import { payment } from './payment.js';
import { markPickedUp, revertCompletion, revertPickup } from './pickup.js';
import { markComplete, markFailed, markPrinting } from './printing.js';
import { reject } from './reject.js';
import { review, unreview } from './review.js';

export { forceUnlock } from './overrides.js';
export { note } from './note.js';
export { openFile } from './open_file.js';

/**
 * @typedef {Object} Button
 * @property {string} label
 * @property {'primary' | 'plain' | 'warn'} look
 * @property {'card' | 'more'} place    on the card, or among its details
 * @property {SpecMaker} modal
 */

/** In the order of the buttons. @type {Readonly<Record<string, Button>>} */
const BUTTONS = {
  'approve': { label: 'Approve', look: 'primary', place: 'card', modal: approve },
  'mark-printing': { label: 'Start printing', look: 'primary', place: 'card', modal: markPrinting },
  'mark-complete': { label: 'Complete', look: 'primary', place: 'card', modal: markComplete },
  'payment': { label: 'Payment', look: 'primary', place: 'card', modal: payment },
  'reject': { label: 'Reject', look: 'plain', place: 'card', modal: reject },
  'review': { label: 'Mark reviewed', look: 'plain', place: 'card', modal: review },
  'mark-failed': { label: 'Failed', look: 'plain', place: 'card', modal: markFailed },
  'revert-completion': { label: 'Revert completion', look: 'plain', place: 'card', modal: revertCompletion },
  'revert-pickup': { label: 'Revert pick-up', look: 'plain', place: 'card', modal: revertPickup },
  'force-confirm': { label: 'Force confirm', look: 'plain', place: 'card', modal: forceConfirm },
  'mark-picked-up': { label: 'Picked up without payment', look: 'plain', place: 'more', modal: markPickedUp },
  'unreview': { label: 'Mark as not reviewed', look: 'plain', place: 'more', modal: unreview },
  'change-status': { label: 'Change status', look: 'plain', place: 'more', modal: changeStatus },
  'delete': { label: 'Delete', look: 'warn', place: 'more', modal: remove },
};

/** @type {Button} */
const FORCE_UNLOCK = { label: 'Force unlock', look: 'warn', place: 'card', modal: forceUnlock };
/** @type {Button} */
const RESEND_EMAIL = { label: 'Send a mail again', look: 'plain', place: 'more', modal: resendEmail };

/** Offered only for a while; the page may be older than that. */
const REVERTS = ['revert-completion', 'revert-pickup'];

/**
 * @param {JobCard} job
 * @param {number} now ms
 */
export const mayRevert = ({ revert_until: until }, now) => until !== null && now <= Date.parse(until);

/**
 * @param {JobCard} job
 * @param {Workstation} me
 * @param {number} now ms
 * @returns {Button[]}
 */
export function buttonsFor(job, me, now) {
  const offered = new Set(/** @type {string[]} */ (job.actions));
  if (!mayRevert(job, now)) REVERTS.forEach((name) => offered.delete(name));
  const buttons = Object.entries(BUTTONS).filter(([name]) => offered.has(name)).map(([, button]) => button);
  if (me.role !== 'admin') return buttons;
  if (job.lock && !job.lock.mine) buttons.push(FORCE_UNLOCK);
  else buttons.push(RESEND_EMAIL);
  return buttons;
}
