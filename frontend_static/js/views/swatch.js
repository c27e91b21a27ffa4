/** A color by its name, with a dot that looks like it where the name tells. */
import { swatchOf } from '../lib/colors.js';
import { html, nothing } from '../lib/html.js';

/** @param {string} name */
export const colorName = (name) => {
  const fill = swatchOf(name);
  return html`<span>${fill
    ? html`<svg class="swatch" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="5.25" fill=${fill}></circle></svg>`
    : nothing}${name}</span>`;
};
