import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighbour } from '../../frontend_static/js/lib/neighbour.js';

/** Two rows of three cards and one alone below; the second card of the first row is open, and tall. */
const GRID = [
  [0, 0], [110, 0], [220, 0],
  [0, 300], [110, 300.5], [220, 300],
  [0, 420],
].map(([left, top]) => ({ left, top, width: 100 }));

for (const [key, from, to] of [
  ['ArrowRight', 0, 1], ['ArrowRight', 6, 6], ['ArrowLeft', 3, 2], ['ArrowLeft', 0, 0],
  ['ArrowDown', 1, 4], ['ArrowDown', 5, 6], ['ArrowDown', 6, 6],
  ['ArrowUp', 4, 1], ['ArrowUp', 6, 3], ['ArrowUp', 2, 2],
  ['Home', 5, 0], ['End', 1, 6],
]) {
  test(`${key} leads from card ${from} to card ${to}`, () => assert.equal(neighbour(key, GRID, from), to));
}

test('other keys lead nowhere', () => assert.equal(neighbour('a', GRID, 0), null));
