import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeyring, newKey } from '../../frontend_static/js/lib/idempotency.js';

test('keys are random', () => {
  assert.equal(new Set(Array.from({ length: 200 }, newKey)).size, 200);
});

test('the key of a lost answer is kept for its request, for a while', () => {
  let now = 0;
  const ring = createKeyring(() => now);
  const key = ring.keyFor('POST /a');
  assert.notEqual(ring.keyFor('POST /a'), key);
  ring.answerLost('POST /a', key);
  assert.equal(ring.keyFor('POST /a'), key);
  assert.notEqual(ring.keyFor('POST /b'), key);
  now = 16 * 60_000;
  assert.notEqual(ring.keyFor('POST /a'), key);
});

test('an answered request gets a new key next time', () => {
  const ring = createKeyring(() => 0);
  ring.answerLost('POST /a', 'k');
  ring.answered('POST /a');
  assert.notEqual(ring.keyFor('POST /a'), 'k');
});
