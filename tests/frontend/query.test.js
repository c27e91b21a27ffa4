import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressOf, apiQueries, FIRST_PAGE, isFiltered, moreThan, NO_FILTERS, parseQuery,
} from '../../frontend_static/js/lib/query.js';

const parse = (address) => parseQuery(new URLSearchParams(address));

test('an address and its query are the same thing', () => {
  for (const address of [
    '?status=UPLOADED',
    '?status=PENDING&search=jane+d%C3%B6e&printer=mk4s&discipline=Art&expired=1&sort=student_name',
    '?status=REJECTED&sort=created_at',
    '?status=COMPLETED&from=2026-11-01&to=2026-11-21',
  ]) assert.equal(addressOf(parse(address)), address);
});

test('nonsense in the address is ignored', () => {
  assert.equal(addressOf(parse('?status=NOPE&sort=drop+table&expired=yes&x=1&from=yesterday&to=2026-13-40')), '?status=UPLOADED');
});

test('the API is asked for what the query says', () => {
  const [query] = apiQueries(parse('?status=PENDING&expired=1&printer=mk4s&from=2026-11-01&sort=printer'), 50);
  assert.equal(String(query),
    'status=PENDING&sort=printer&printer=mk4s&from=2026-11-01&confirmation_expired=true&page=1&limit=50');
  assert.equal(apiQueries(parse('?status=UPLOADED&expired=1'), 50)[0].has('confirmation_expired'), false);
});

test('more jobs are asked for by larger pages', () => {
  assert.equal(moreThan(FIRST_PAGE), 200);
  assert.equal(moreThan(200), 400);
  const pages = apiQueries(parse(''), 400).map((query) => `${query.get('page')}/${query.get('limit')}`);
  assert.deepEqual(pages, ['1/200', '2/200']);
});

test('the expired filter counts on the Pending tab only', () => {
  assert.equal(isFiltered(parse('?status=PENDING&expired=1')), true);
  assert.equal(isFiltered(parse('?status=UPLOADED&expired=1')), false);
  assert.equal(isFiltered(parse('?search=x')), true);
  assert.equal(isFiltered(parse('?from=2026-11-01')), true);
  assert.equal(isFiltered({ ...parse('?search=x&printer=mk4s&to=2026-11-01'), ...NO_FILTERS }), false);
});
