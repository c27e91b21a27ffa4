import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPrefill } from '../../frontend_static/js/lib/prefill.js';
import { differencesFrom, estimatedWeight, slicedHours, slicingWords } from '../../frontend_static/js/lib/slicing.js';

const SLICING = {
  slicer: 'PrusaSlicer', slicer_version: '2.8.1', printer: 'MK4S', nozzle_mm: 0.4, weight_g: 14.39, time_s: 93_784,
  filaments: [{ type: 'PLA', length_mm: 1, weight_g: 1 }, { type: 'PLA', length_mm: 1, weight_g: 1 }],
  layers: 62, layer_height_mm: 0.2, size_mm: null, thumbnail: null, estimated_weights: [],
  differences: [
    { about: 'printer', choice: 'xl', message: 'Not for XL.' },
    { about: 'size', choice: 'mini', message: 'Too large for MINI.' },
    { about: 'material', choice: 'petg', message: 'Not for PETG.' },
    { about: 'printer', choice: 'petg', message: 'A printer of that name.' },
  ],
};
const NOTHING = { ...SLICING, slicer: null, slicer_version: null, printer: null, nozzle_mm: null, weight_g: null, time_s: null,
  filaments: [], layers: null, layer_height_mm: null };

test('what the slicer wrote, in one line', () => {
  assert.equal(slicingWords(SLICING), '14.39 g, 26 h 3 min, PLA, 62 layers of 0.2 mm, MK4S, 0.4 mm nozzle, PrusaSlicer 2.8.1');
  assert.equal(slicingWords(NOTHING), 'Weight unknown, time unknown');
  assert.equal(slicingWords({ ...NOTHING, weight_g: 1, time_s: 60, layer_height_mm: 0.3 }), '1 g, 1 min, layers of 0.3 mm');
});

test('hours are rounded up to what a person would type', () => {
  assert.equal(slicedHours(SLICING), 26.06);
  assert.equal(slicedHours({ ...SLICING, time_s: 3600 }), 1);
  assert.equal(slicedHours({ ...SLICING, time_s: 1 }), 0.01);
  assert.equal(slicedHours(NOTHING), null);
  assert.equal(slicedHours(null), null);
});

test('a weight is estimated for the chosen material only', () => {
  const unknown = { ...NOTHING, estimated_weights: [{ material: 'pla', weight_g: 14.4 }] };
  assert.equal(estimatedWeight(unknown, 'pla'), 14.4);
  assert.equal(estimatedWeight(unknown, 'petg'), null);
  assert.equal(estimatedWeight(null, 'pla'), null);
});

test('differences are those of what is chosen', () => {
  assert.deepEqual(differencesFrom(SLICING, 'xl', 'pla'), ['Not for XL.']);
  assert.deepEqual(differencesFrom(SLICING, 'mini', 'petg'), ['Too large for MINI.', 'Not for PETG.']);
  assert.deepEqual(differencesFrom(null, 'xl', 'petg'), []);
});

test('a field follows the file until somebody types', () => {
  const field = createPrefill();
  field.offer(null);
  assert.equal(field.text, '');
  field.offer(14.39);
  field.read('14.39');
  field.offer(20);
  assert.equal(field.text, '20');
  field.read('2');
  field.offer(14.39);
  assert.equal(field.text, '2');
  field.read('');
  field.offer(14.39);
  assert.equal(field.text, '', 'what was emptied on purpose stays empty');
});
