/**
 * Line icons on a 24 × 24 grid. Always beside a text, so hidden from screen readers.
 * @import {TemplateResult} from '../lib/html.js'
 */
import { svg, html } from '../lib/html.js';

/** @param {TemplateResult} shape */
const icon = (shape) => html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"
  stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${shape}</svg>`;

export const icons = {
  check: icon(svg`<path d="M4.5 12.5l5 5 10-11"/>`),
  alert: icon(svg`<path d="M12 3.5L2.5 20h19zM12 10v4.5M12 17.4v.1"/>`),
  info: icon(svg`<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 7.8v.1"/>`),
  clock: icon(svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.2 2"/>`),
  mail: icon(svg`<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3.5 7.5L12 13l8.5-5.5"/>`),
  lock: icon(svg`<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V7.5a4 4 0 0 1 8 0v3"/>`),
  cube: icon(svg`<path d="M12 3l8 4.5v9L12 21l-8-4.5v-9z"/><path d="M4 7.5l8 4.5 8-4.5M12 12v9"/>`),
  printer: icon(svg`<path d="M4 20h16M6 20V4h12v16M6 8h12M12 8v3M9.5 16.5h5v-3h-5z"/>`),
  chevron: icon(svg`<path d="M6 9.5l6 6 6-6"/>`),
  refresh: icon(svg`<path d="M20 11a8 8 0 1 0-.7 4.5M20 4.5V11h-6.5"/>`),
  download: icon(svg`<path d="M12 4v11M7 10.5l5 5 5-5M4 20h16"/>`),
  open: icon(svg`<path d="M13 4h7v7M20 4l-9 9M17 14v6H4V7h6"/>`),
  note: icon(svg`<path d="M5 4h14v11l-5 5H5zM14 20v-5h5M8.5 9h7M8.5 13h4"/>`),
  close: icon(svg`<path d="M6 6l12 12M18 6L6 18"/>`),
  logout: icon(svg`<path d="M14 4H5v16h9M10 12h11M17.5 8.5L21 12l-3.5 3.5"/>`),
  inbox: icon(svg`<path d="M3 13l3.5-8h11L21 13v6H3zM3 13h5.5l1.5 2.5h4l1.5-2.5H21"/>`),
};
