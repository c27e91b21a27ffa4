/**
 * The frame of every staff page.
 * @import {Workstation} from '../contract.d.ts'
 * @import {Fragment} from '../lib/html.js'
 * @import {StaffPageId} from './topbar.js'
 */
import { html, nothing } from '../lib/html.js';
import { topbar } from './topbar.js';

/**
 * @typedef {Object} FrameParts
 * @property {Workstation} me
 * @property {string} banner      which installation this is; "" for the real one
 * @property {StaffPageId} page
 * @property {string} skipTo
 * @property {string} skipLabel
 * @property {Fragment} content
 * @property {Fragment} status
 * @property {() => void} logOut
 */

/** @param {FrameParts} parts */
export const staffFrame = ({ me, banner, page, skipTo, skipLabel, content, status, logOut }) => html`
  <a class="skip-link" href="#${skipTo}">${skipLabel}</a>
  ${banner ? html`<aside class="environment" aria-label="Installation">${banner}</aside>` : nothing}
  ${topbar({ me, page, status, logOut })}
  <main>${content}</main>`;
