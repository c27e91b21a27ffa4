import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colorsFor, materialOf, printersFor } from '../../frontend_static/js/lib/catalog.js';
import { swatchOf } from '../../frontend_static/js/lib/colors.js';
import { CATALOG } from './catalog_sample.js';

test('colors of a method come once each, without those of retired materials', () => {
  assert.deepEqual(colorsFor(CATALOG, 'Filament'), ['True Red', 'Blue', 'Black']);
  assert.deepEqual(colorsFor(CATALOG, 'Resin'), ['Clear']);
  assert.deepEqual(colorsFor(CATALOG, ''), []);
});

test('retired printers are not offered', () => {
  assert.deepEqual(printersFor(CATALOG, 'Filament').map(({ id }) => id), ['mk4s']);
});

test('a job is priced in its material, else in the first that has its color', () => {
  const job = { method: 'Filament', color: 'Black', material: null };
  assert.equal(materialOf(CATALOG, job)?.id, 'petg');
  assert.equal(materialOf(CATALOG, { ...job, material: 'pla' })?.id, 'pla');
  assert.equal(materialOf(CATALOG, { ...job, color: 'Gone', material: 'wood' })?.id, 'pla');
});

test('swatches follow the last color word', () => {
  assert.equal(swatchOf('True Red'), swatchOf('red'));
  assert.equal(swatchOf('Orange-Red'), swatchOf('Red'));
  assert.equal(swatchOf('Galaxy'), null);
});
