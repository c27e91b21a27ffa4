import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ApiError, isLost, request } from '../../frontend_static/js/lib/api.js';
import { startApi } from './browser.js';

let api;
afterEach(() => api.stop());

const keysOf = (calls) => calls.map((call) => call.headers['idempotency-key']);

test('an error carries code, message and details', async () => {
  api = await startApi(() => ({
    status: 429, headers: { 'Retry-After': '90' }, body: { error: 'rate_limited', message: 'Slow down.', details: {} },
  }));
  await assert.rejects(request('GET', '/catalog'), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.status, error.code, error.message], [429, 'rate_limited', 'Slow down.']);
    assert.equal(error.details.retry_after, 90);
    return true;
  });
});

test('an answer that is no JSON is still an error with words', async () => {
  api = await startApi(() => ({ status: 500, body: '<html>proxy</html>' }));
  await assert.rejects(request('GET', '/jobs'), { name: 'ApiError', code: 'http_500' });
});

test('a lost answer is asked for again with the same key', async () => {
  const calls = [];
  api = await startApi((call) => {
    calls.push(call);
    return calls.length < 3 ? { status: 504, body: '' } : { body: { ok: true } };
  });
  assert.deepEqual(await request('POST', '/jobs/1/approve', { body: { weight_g: 2 } }), { ok: true });
  assert.equal(calls.length, 3);
  assert.equal(new Set(keysOf(calls)).size, 1);
  assert.match(keysOf(calls)[0], /^[0-9a-f]{32}$/);
});

test('a call that the server is still working at is waited for', async () => {
  let calls = 0;
  api = await startApi(() => {
    calls += 1;
    return calls === 1
      ? { status: 409, body: { error: 'request_in_progress', message: 'Still running.', details: {} } } : { body: { ok: true } };
  });
  assert.deepEqual(await request('POST', '/jobs/2/approve', { body: {} }), { ok: true });
});

test('after a lost answer the same call keeps its key, another one does not', async () => {
  const calls = [];
  let reachable = false;
  api = await startApi((call) => {
    calls.push(call);
    return reachable ? { body: {} } : { status: 504, body: '' };
  });
  await assert.rejects(request('POST', '/jobs/3/reject', { body: { reasons: ['a'] } }), isLost);
  const [lost] = keysOf(calls);
  reachable = true;
  await request('POST', '/jobs/3/reject', { body: { reasons: ['b'] } });
  await request('POST', '/jobs/3/reject', { body: { reasons: ['a'] } });
  await request('POST', '/jobs/3/reject', { body: { reasons: ['a'] } });
  const [other, same, fresh] = keysOf(calls).slice(-3);
  assert.equal(same, lost);
  assert.notEqual(other, lost);
  assert.notEqual(fresh, lost);
});

test('a server that cannot be reached is "offline"', async () => {
  api = await startApi(() => 'hang up');
  await assert.rejects(request('GET', '/catalog'), { code: 'offline', status: 0 });
});

test('a call that is given up stays given up', async () => {
  const controller = new AbortController();
  api = await startApi(() => {
    controller.abort();
    return { status: 504, body: '' };
  });
  await assert.rejects(request('POST', '/submit/uploads', { body: {}, signal: controller.signal }), { name: 'AbortError' });
});

test('reads carry no key, staff calls their token', async () => {
  const calls = [];
  api = await startApi((call) => {
    calls.push(call);
    return {};
  });
  await request('GET', '/jobs', { token: 'abc' });
  assert.equal(calls[0].headers['idempotency-key'], undefined);
  assert.equal(calls[0].headers.authorization, 'Bearer abc');
});

test('what has not changed is not sent again, and is not shown to the next session', async () => {
  const asked = [];
  api = await startApi((call) => {
    asked.push(call.headers['if-none-match']);
    return call.headers['if-none-match'] === '"1"'
      ? { status: 304, body: '' } : { headers: { ETag: '"1"' }, body: { jobs: ['mine'] } };
  });
  const first = await request('GET', '/jobs', { token: 'a' });
  assert.equal(await request('GET', '/jobs', { token: 'a' }), first);
  assert.deepEqual(await request('GET', '/jobs', { token: 'b' }), first);
  assert.deepEqual(await request('GET', '/jobs?page=2', { token: 'b' }), first);
  assert.deepEqual(asked, [undefined, '"1"', undefined, undefined]);
});

test('the version that a call is about goes with it', async () => {
  const calls = [];
  api = await startApi((call) => {
    calls.push(call.headers);
    return { body: {} };
  });
  await request('PUT', '/catalog', { body: {}, ifMatch: '"3"' });
  await request('PUT', '/catalog', { body: {} });
  assert.deepEqual(calls.map((headers) => headers['if-match']), ['"3"', undefined]);
});

test('a file comes with its name, a link in its place as it is', async () => {
  const accepted = [];
  api = await startApi((call) => {
    accepted.push(call.headers.accept);
    return call.path.endsWith('small')
      ? { headers: { 'Content-Type': 'text/csv', 'Content-Disposition': 'attachment; filename="payments.csv"' }, body: 'a,b\r\n' }
      : { body: { url: '/later', rows: 9 } };
  });
  const file = await request('POST', '/small', { body: {}, accept: 'text/csv' });
  assert.deepEqual([file.filename, await file.content.text()], ['payments.csv', 'a,b\r\n']);
  assert.deepEqual(await request('POST', '/large', { body: {}, accept: 'text/csv' }), { url: '/later', rows: 9 });
  assert.equal(accepted[0], 'text/csv, application/json');
});

test('a server that hangs is called so, once for reading and with its key kept for changing', async (context) => {
  const calls = [];
  api = await startApi((call) => {
    calls.push(call);
    return calls.length < 3 ? 'silence' : { body: { ok: true } };
  });
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  context.mock.method(AbortSignal, 'timeout', (ms) => timeout(ms / 200));
  await assert.rejects(request('GET', '/jobs'), { code: 'timeout' });
  await assert.rejects(request('POST', '/jobs/1/approve', { body: {} }), (error) => isLost(error));
  await request('POST', '/jobs/1/approve', { body: {} });
  assert.equal(calls.length, 3);
  assert.equal(calls[1].headers['idempotency-key'], calls[2].headers['idempotency-key']);
});
