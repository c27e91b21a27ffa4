import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createArrivals } from '../../frontend_static/js/lib/arrivals.js';

const at = (minute) => new Date(Date.UTC(2026, 10, 21, 12, minute)).toISOString();
const job = (id, minute) => ({ id, created_at: at(minute) });
const ids = (jobs) => jobs.map(({ id }) => id);

test('what is there when the dashboard is opened is not new', () => {
  assert.deepEqual(createArrivals()([job('a', 1), job('b', 2)]), []);
});

test('each submission arrives once', () => {
  const arrived = createArrivals();
  arrived([job('a', 1)]);
  assert.deepEqual(ids(arrived([job('b', 5), job('a', 1)])), ['b']);
  assert.deepEqual(arrived([job('b', 5), job('a', 1)]), []);
});

test('one that became visible a little late still arrives', () => {
  const arrived = createArrivals();
  arrived([job('b', 5)]);
  assert.deepEqual(ids(arrived([job('b', 5), { id: 'a', created_at: '2026-11-21T12:04:30Z' }])), ['a']);
});

test('a job that came back to Uploaded is not a submission', () => {
  const arrived = createArrivals();
  arrived([job('b', 5)]);
  assert.deepEqual(arrived([job('b', 5), job('old', 1)]), []);
});

test('the first submission into an empty tab arrives', () => {
  const arrived = createArrivals();
  arrived([]);
  assert.deepEqual(ids(arrived([job('a', 1)])), ['a']);
});
