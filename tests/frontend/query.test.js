import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, apiQuery, isFiltered, NO_FILTERS, parseQuery, sorted } from '../../frontend_static/js/lib/query.js';

const parse = (address) => parseQuery(new URLSearchParams(address));

test('an address and its query are the same thing', () => {
  for (const address of [
    '?status=UPLOADED',
    '?status=PENDING&search=jane+d%C3%B6e&printer=mk4s&discipline=Art&expired=1&sort=student',
    '?status=REJECTED&sort=created_at',
    '?status=COMPLETED&from=2026-11-01&to=2026-11-21',
  ]) assert.equal(addressOf(parse(address)), address);
});

test('nonsense in the address is ignored', () => {
  assert.equal(addressOf(parse('?status=NOPE&sort=drop+table&expired=yes&x=1&from=yesterday&to=2026-13-40')), '?status=UPLOADED');
});

test('the API is asked for what the query says', () => {
  assert.equal(String(apiQuery(parse('?status=PENDING&expired=1&printer=mk4s'), 2)),
    'status=PENDING&sort=-created_at&printer=mk4s&confirmation_expired=true&page=2&limit=50');
  assert.equal(apiQuery(parse('?status=UPLOADED&expired=1'), 1).has('confirmation_expired'), false);
});

test('sorts that the API does not know are done here, on larger pages', () => {
  const query = parse('?status=UPLOADED&sort=student');
  assert.match(String(apiQuery(query, 1)), /sort=-created_at.*limit=200/);
  const jobs = ['zoe', 'Ádám', 'bob', 'Bob'].map((name, id) => ({ id, student_name: name }));
  assert.deepEqual(sorted(jobs, query).map(({ id }) => id), [1, 2, 3, 0]);
  assert.deepEqual(sorted(jobs, parse('')).map(({ id }) => id), [0, 1, 2, 3]);
});

test('the expired filter counts on the Pending tab only', () => {
  assert.equal(isFiltered(parse('?status=PENDING&expired=1')), true);
  assert.equal(isFiltered(parse('?status=UPLOADED&expired=1')), false);
  assert.equal(isFiltered(parse('?search=x')), true);
  assert.equal(isFiltered(parse('?from=2026-11-01')), true);
  assert.equal(isFiltered({ ...parse('?search=x&printer=mk4s&to=2026-11-01'), ...NO_FILTERS }), false);
});
