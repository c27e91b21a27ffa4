import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepingSame, same } from '../../frontend_static/js/lib/same.js';

test('values of JSON are the same when they say the same', () => {
  const value = () => ({ a: 1, b: [null, 'x', { c: true }], d: null });
  assert.ok(same(value(), value()));
  for (const other of [
    { ...value(), a: 2 }, { ...value(), e: 1 }, { a: 1, b: value().b }, { ...value(), b: [null, 'x'] },
    { ...value(), d: {} }, { ...value(), b: { 0: null, 1: 'x', 2: { c: true } } }, null, 1,
  ]) {
    assert.ok(!same(value(), other), JSON.stringify(other));
    assert.ok(!same(other, value()), JSON.stringify(other));
  }
});

test('a list keeps the objects that have not changed, in the new order', () => {
  const before = [{ id: 'a', lock: null }, { id: 'b', lock: null }, { id: 'c', lock: null }];
  const after = keepingSame(before, [{ id: 'd', lock: null }, { id: 'b', lock: { by: 'Sam' } }, { id: 'a', lock: null }]);
  assert.deepEqual(after.map(({ id }) => id), ['d', 'b', 'a']);
  assert.equal(after[2], before[0]);
  assert.deepEqual(after[1], { id: 'b', lock: { by: 'Sam' } });
});
