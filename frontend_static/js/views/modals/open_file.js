/**
 * A file of the job in this workstation's slicer: by a link that the slicer opener understands, or by its path
 * on the share.
 * @import {JobView} from '../../contract.d.ts'
 * @import {SpecMaker} from './action.js'
 */
import { html } from '../../lib/html.js';
import { openerLink, sharePath } from '../../lib/share_path.js';
import { act } from '../../lib/staff_api.js';
import { toast } from '../../lib/toast.js';
import { icons } from '../icons.js';
import { notice } from '../notice.js';

/**
 * @param {string} filename
 * @returns {SpecMaker}
 */
export const openFile = (filename) => ({ me }) => {
  const pathOf = (/** @type {JobView} */ job) => sharePath(me.share_path, job.folder, filename);
  return {
    title: 'Open in the slicer',
    submitLabel: 'Open file',
    tone: 'primary',
    path: 'opened-in-slicer',
    locks: false,
    allowed: () => true,
    body: (job) => (me.share_path ? pathView(pathOf(job)) : noShare),
    missing: () => (me.share_path ? [] : ['the path of the share']),
    read: () => ({ filename }),
    async send(job, body) {
      const changed = await act(job.id, 'opened-in-slicer', body);
      location.assign(openerLink(pathOf(changed)));
      return changed;
    },
    done: () => `${filename} goes to the slicer`,
  };
};

const noShare = notice('warn', 'This workstation has no path of the lab share',
  'An administrator can set it under Admin, Workstations. Until then, download the file.');

/** @param {string} path */
const pathView = (path) => html`
  <div class="field">
    <label for="modal-path">On the lab share</label>
    <div class="with-button">
      <input id="modal-path" class="mono" readonly value=${path} aria-describedby="modal-path-hint">
      <button class="button" type="button" @click=${copy}>${icons.note} Copy path</button>
    </div>
    <p class="field-hint" id="modal-path-hint">If nothing opens, the slicer opener is not installed here: copy the path and open it in the slicer.</p>
  </div>`;

/** @param {Event} event */
async function copy(event) {
  const field = /** @type {HTMLElement} */ (event.currentTarget).parentElement?.querySelector('input');
  try {
    await navigator.clipboard.writeText(field?.value ?? '');
    toast('Path copied');
  } catch {
    // Lab PCs that reach the lab by plain http have no clipboard.
    field?.select();
    toast('Press Ctrl+C to copy the path');
  }
}
