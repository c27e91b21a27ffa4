import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { memoryStorage, startApi } from './browser.js';

globalThis.localStorage = memoryStorage();
globalThis.addEventListener ??= () => undefined;
const session = await import('../../frontend_static/js/lib/session.js');
const { act, listStaff, onSessionEnd, signFile } = await import('../../frontend_static/js/lib/staff_api.js');

const workstation = { id: 'front-desk', display_name: 'Front desk', role: 'staff', share_path: '' };
const logInAs = (token) => session.remember({ token, expires_at: '2026-11-22T00:00:00Z', workstation });

let api;
let calls;
let valid;
beforeEach(async () => {
  calls = [];
  valid = 'new';
  api = await startApi((call) => {
    calls.push(call);
    return call.headers.authorization === `Bearer ${valid}`
      ? { body: { staff: [] } } : { status: 401, body: { error: 'not_authenticated', message: 'Log in.', details: {} } };
  });
  logInAs('old');
});
afterEach(() => api.stop());

test('calls refused together wait for one log-in and then go on', async () => {
  let logIns = 0;
  onSessionEnd(async () => {
    logIns += 1;
    await new Promise(setImmediate);
    logInAs('new');
  });
  await Promise.all([listStaff(), listStaff(), act('j1', 'approve', { staff_name: 'Ada', weight_g: 2 })]);
  assert.equal(logIns, 1);
  const approvals = calls.filter((call) => call.method === 'POST');
  assert.deepEqual(approvals.map((call) => call.body), Array(2).fill({ staff_name: 'Ada', weight_g: 2 }));
});

test('a session that another tab has renewed is simply used', async () => {
  onSessionEnd(() => assert.fail('no log-in needed'));
  const answer = listStaff();
  logInAs('new');
  assert.deepEqual(await answer, { staff: [] });
});

test('giving up the log-in fails the call', async () => {
  onSessionEnd(async () => {
    throw new Error('closed');
  });
  await assert.rejects(listStaff(), /closed/);
});

test('names in paths are escaped', async () => {
  logInAs('new');
  await signFile('j1', 'a b/../c?.stl');
  assert.equal(calls.at(-1).path, '/api/v1/jobs/j1/files/a%20b%2F..%2Fc%3F.stl');
});
