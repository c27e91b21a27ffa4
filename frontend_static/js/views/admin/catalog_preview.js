/**
 * What the form will offer, read from what is typed in the editor by the form's own rules.
 * @import {Catalog} from '../../contract.d.ts'
 * @import {CatalogDraft} from '../../lib/admin/catalog_rules.js'
 */
import { catalogOf } from '../../lib/admin/catalog_rules.js';
import { colorsFor, materialsFor, printersFor } from '../../lib/catalog.js';
import { html } from '../../lib/html.js';
import { colorName } from '../swatch.js';

/** @param {CatalogDraft} draft */
export const offerPreview = (draft) => {
  const catalog = /** @type {Catalog} */ (/** @type {unknown} */ (catalogOf(draft)));
  return html`
    <section class="panel section-panel" aria-labelledby="offer-title">
      <h2 id="offer-title">What the form will offer</h2>
      <div class="field-grid">${catalog.methods.map(({ id }) => methodOffer(catalog, id))}</div>
    </section>`;
};

/**
 * @param {Catalog} catalog
 * @param {string} method
 */
function methodOffer(catalog, method) {
  const [printers, colors, materials] = [printersFor(catalog, method), colorsFor(catalog, method),
    materialsFor(catalog, method)];
  if (!printers.length || !colors.length) {
    return html`<div><h3 class="label">${method || 'New method'}</h3>
      <p class="soft">Not offered: it has ${printers.length ? 'no active material with a color'
        : 'no active printer'}.</p></div>`;
  }
  return html`
    <div>
      <h3 class="label">${method}</h3>
      <p>${printers.map(({ name }) => name || 'New printer').join(', ')}</p>
      <p class="swatches">${colors.map((color) => colorName(color))}</p>
      <p class="soft">${materials.map(({ name,
        price_per_gram_cents: price }) => `${name}: ${price} ¢ per gram`).join(', ')}</p>
    </div>`;
}
