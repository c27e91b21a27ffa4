/** Words and prices about models; that the measures agree with the server's is tests/models3d/test_browser_agrees.py. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coarser } from '../../frontend_static/js/lib/model/coarser.js';
import { ModelRefused } from '../../frontend_static/js/lib/model/refused.js';
import { factsOf } from '../../frontend_static/js/lib/model/facts.js';
import { fitOf } from '../../frontend_static/js/lib/model/fit.js';
import { loadModel } from '../../frontend_static/js/lib/model/load.js';
import { checkedMesh } from '../../frontend_static/js/lib/model/mesh.js';
import { priceRange } from '../../frontend_static/js/lib/model/price.js';
import {
  fitFinding, fittingOffers, meshWords, priceWords, surfaceFinding, thinFinding, unitWords,
} from '../../frontend_static/js/lib/model/words.js';
import { CATALOG } from './catalog_sample.js';

const MK4S = [250, 210, 220];

/** A closed box as OBJ text. */
const boxText = (x, y, z) => [
  `v 0 0 0\nv ${x} 0 0\nv ${x} ${y} 0\nv 0 ${y} 0\nv 0 0 ${z}\nv ${x} 0 ${z}\nv ${x} ${y} ${z}\nv 0 ${y} ${z}`,
  'f 4 3 2 1\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf 4 1 5 8\n',
].join('\n');
const load = (text, ending = '.obj') => loadModel(new TextEncoder().encode(text), ending);
const box = async (...size) => factsOf(await load(boxText(...size)));
const wordsFor = async (...size) => {
  const facts = await box(...size);
  return fitFinding(facts, fitOf(facts.size_mm, MK4S), 'Prusa MK4S');
};

test('a box has the volume, the area and the closed surface of a box', async () => {
  const facts = await box(20, 30, 40);
  assert.deepEqual([facts.volume_mm3, facts.area_mm2, facts.triangles, facts.bodies], [24_000, 5_200, 12, 1]);
  assert.ok(facts.watertight && facts.volume_reliable && !facts.inside_out);
});

test('each way to fit is told with what to do', async () => {
  assert.deepEqual(await wordsFor(100, 100, 100), { tone: 'good', title: 'Fits the Prusa MK4S', text: 'As it stands.' });
  assert.match((await wordsFor(205, 245, 10)).text, /Turned by 90°/);
  assert.match((await wordsFor(280, 30, 20)).text, /about \d+° on the plate/);
  assert.match((await wordsFor(20, 30, 240)).text, /240 × 30 × 20 mm/);
});

test('what is too large is told by side, in both units, and how small it would have to be', async () => {
  const { tone, title, text } = await wordsFor(400, 50, 300);
  assert.equal(tone, 'bad');
  assert.equal(title, 'Too large for the Prusa MK4S');
  assert.match(text, /^150 mm \(5\.91 in\) too wide and 80 mm \(3\.15 in\) too tall\. It would fit at 62 % of its size/);
});

test('a building at its real size is told that it is one', async () => {
  assert.match((await wordsFor(12_000, 9_000, 6_000)).text, /drawn at its real size.*: 2 % is the most/);
});

test('the printers on which it stands easily come before those on which it must lie', () => {
  const offers = [[250, 210, 220], [360, 360, 360]].map((volume) => ({ printer: { build_volume_mm: volume } }));
  assert.deepEqual(fittingOffers({ size_mm: [20, 30, 240] }, offers), [offers[1]]);
  assert.deepEqual(fittingOffers({ size_mm: [400, 10, 10] }, offers), [offers[1]]);
  assert.deepEqual(fittingOffers({ size_mm: [500, 500, 500] }, offers), []);
});

test('a forgotten unit is explained with the size that was meant', async () => {
  const facts = await box(4, 2, 1);
  const { title, text, steps } = unitWords(facts, facts.unit_suspicion);
  assert.equal(title, 'Only 4 × 2 × 1 mm. Did you draw it in inches?');
  assert.match(text, /101\.6 × 50\.8 × 25\.4 mm/);
  assert.ok(steps.some((step) => step.includes('25.4')));
  assert.equal((await box(40, 20, 10)).unit_suspicion, null);
  const { tone, title: fit } = await wordsFor(4, 2, 1);
  assert.deepEqual([tone, fit], ['info', 'At this size it would fit the Prusa MK4S']);
});

test('holes are told in plain words, and make the price a rough guess', async () => {
  const facts = factsOf(await load(boxText(20, 20, 20).replace('f 4 1 5 8\n', '')));
  assert.equal(surfaceFinding(facts).title, 'The surface has holes (4 open edges)');
  assert.match(priceWords(priceRange(facts, CATALOG, 'Filament', '')).basis, /rough guess/);
  assert.equal(surfaceFinding(await box(20, 20, 20)), null);
});

test('what no printer can make, and what is finer than it can show', async () => {
  assert.equal(thinFinding(await box(50, 50, 0.2)).title, 'Only 0.2 mm thick');
  assert.equal(thinFinding(await box(50, 50, 0.5)), null);
  assert.equal(thinFinding(await box(4, 2, 0.2)), null, 'the unit explains it');
  assert.equal(meshWords(await box(9, 9, 9)), '12 triangles, closed surface');
  assert.match(meshWords({ triangles: 600_000, bodies: 3, watertight: false }), /^600,000 triangles, 3 separate bodies\. That is/);
});

test('the price is a range from skin and infill, and never below the minimum', async () => {
  const range = priceRange(await box(100, 100, 100), CATALOG, 'Filament', 'Blue');
  // Skin of 0.8 to 1.4 mm on 60,000 mm², a tenth to a fifth of the rest, up to 15 % more for supports.
  assert.deepEqual(range.grams.map(Math.round), [178, 381]);
  assert.deepEqual(range.cents, [1776, 3810]);
  assert.equal(priceWords(range).price, '$17.76 to $38.10');
  const small = priceWords(priceRange(await box(10, 10, 10), CATALOG, 'Filament', 'Blue'));
  assert.equal(small.price, 'About $3.00');
  assert.match(small.basis, /\$3\.00 is the minimum charge/);
});

test('resin is printed solid, and what nobody knows the density of has no price', async () => {
  const { grams } = priceRange(await box(100, 100, 100), CATALOG, 'Resin', 'Clear');
  assert.deepEqual(grams.map(Math.round), [1155, 1485]);
  assert.equal(priceRange(await box(9, 9, 9), CATALOG, 'Laser', ''), null);
});

test('numbers are read as precisely as the language itself reads them', async () => {
  for (const text of ['1', '-0.1', '+3.25e2', '.5', '5.', '1e-7', '1234567.8901234567890123', '0.1234567890123456789', '2.5E+03']) {
    const { triangles } = await load(`v ${text} 0 0\nv 9 1 0\nv 0 2 0\nf 1 2 3`);
    assert.equal(triangles[0], Math.fround(Number(text)), text);
  }
});

for (const text of ['1.2.3', '1e', '--1', '0x10', '1,5', '']) {
  test(`"${text}" is no number`, () => assert.rejects(load(`v ${text} 0 0\nv 9 1 0\nv 0 2 0\nf 1 2 3`), ModelRefused));
}

test('a refusal carries the server\'s code and a sentence', async () => {
  await assert.rejects(load('solid x\nfacet normal 0 0 1\nouter loop\nvertex 1', '.stl'), { code: 'truncated', message: /cut off/ });
  await assert.rejects(load('PK', '.zip'), { code: 'unsupported_format' });
});

test('a very fine mesh is shown by a coarser one of the same shape, a coarse one by itself', () => {
  const cells = 400;
  const triangles = new Float32Array(18 * cells * cells);
  const point = (i, j) => [i / 4, j / 4, 5 * Math.sin(i / 40) * Math.cos(j / 60)];
  for (let i = 0, end = 0; i < cells; i += 1) {
    for (let j = 0; j < cells; j += 1, end += 18) {
      const [a, b, c, d] = [point(i, j), point(i + 1, j), point(i + 1, j + 1), point(i, j + 1)];
      triangles.set([...a, ...b, ...c, ...a, ...c, ...d], end);
    }
  }
  const mesh = checkedMesh(triangles, 'stl-binary');
  const shown = coarser(mesh);
  assert.ok(shown.triangles.length < mesh.triangles.length / 2, `${shown.triangles.length / 9}`);
  const [before, after] = [checkedMesh(triangles, ''), checkedMesh(shown.triangles, '')];
  for (const axis of [0, 1, 2]) {
    assert.ok(Math.abs(before.low[axis] - after.low[axis]) < 0.5 && Math.abs(before.high[axis] - after.high[axis]) < 0.5);
  }
  assert.equal(coarser({ ...mesh, triangles: triangles.slice(0, 900) }).triangles.length, 900);
});
