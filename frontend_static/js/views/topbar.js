/**
 * The head of every staff page: where we are, where one can go, and the way out.
 * @import {Workstation} from '../contract.d.ts'
 * @import {Fragment} from '../lib/html.js'
 */
import { html, nothing } from '../lib/html.js';
import { icons } from './icons.js';

/** @typedef {'queue' | 'analytics' | 'admin'} StaffPageId */

/** @type {readonly {id: StaffPageId, label: string, href: string, adminOnly?: boolean}[]} */
const PAGES = [
  { id: 'queue', label: 'Queue', href: '/dashboard' },
  { id: 'analytics', label: 'Analytics', href: '/analytics' },
  { id: 'admin', label: 'Admin', href: '/admin', adminOnly: true },
];

/** @param {{me: Workstation, page: StaffPageId, status: Fragment, logOut: () => void}} parts */
export const topbar = ({ me, page, status, logOut }) => html`
  <header class="topbar">
    <a class="brand" href="/dashboard"><img src="/favicon.svg" alt="" width="28" height="28"><span>PrintLab</span></a>
    <nav class="topbar-pages" aria-label="Pages">
      ${PAGES.filter(({ adminOnly }) => !adminOnly || me.role === 'admin').map(({ id, label, href }) => html`
        <a href=${href} aria-current=${id === page ? 'page' : nothing}>${label}</a>`)}
    </nav>
    <p class="topbar-place">
      <span class="visually-hidden">Workstation:</span> ${me.display_name}
      ${me.role === 'admin' ? html`<span class="badge badge-accent">Admin</span>` : nothing}
    </p>
    <div class="topbar-end">
      ${status}
      <button class="button button-quiet topbar-logout" type="button"
        @click=${logOut}>${icons.logout} <span>Log out</span></button>
    </div>
  </header>`;
