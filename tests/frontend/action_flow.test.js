import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ActionFlow } from '../../frontend_static/js/lib/action_flow.js';
import { ApiError, offline } from '../../frontend_static/js/lib/api.js';

/** What the server would do with one job: a lock, a status, one action. */
function createServer() {
  const server = { holder: null, actions: ['approve'], status_label: 'Uploaded', refusals: [], log: [] };
  const job = () => ({
    id: 'j1',
    actions: server.actions,
    status_label: server.status_label,
    last_updated_by: 'Ben',
    updated_at: '2026-11-21T10:00:00Z',
  });
  const lock = async (name) => {
    server.log.push(`lock ${name}`);
    if (server.holder && server.holder !== 'me') {
      const details = { locked_by: server.holder, locked_until: '2026-11-21T10:05:00Z', workstation_name: 'Desk 2' };
      throw new ApiError(409, 'locked', 'Locked.', details);
    }
    server.holder = 'me';
  };
  const unlock = async () => {
    server.log.push('unlock');
    server.holder = null;
  };
  const send = async (_job, body) => {
    server.log.push(`send ${JSON.stringify(body)}`);
    const refusal = server.refusals.shift();
    if (!refusal || refusal.status > 0) server.holder = null;
    if (refusal) throw refusal;
    server.actions = [];
    server.status_label = 'Pending';
    return job();
  };
  return { server, send, calls: { get: async () => job(), lock, extend: async () => undefined, unlock } };
}

let server;
let flow;
let phases;

beforeEach(() => {
  const made = createServer();
  server = made.server;
  phases = [];
  flow = new ActionFlow({
    locks: true, allowed: (job) => job.actions.includes('approve'), prepare: async () => undefined,
    send: made.send, calls: made.calls, onChange: (state) => phases.push(state.phase),
  });
});

afterEach(() => flow.close());

test('the usual way: lock, read, send, done', async () => {
  await flow.actAs('Ada');
  assert.equal(flow.state.phase, 'ready');
  await flow.submit({ weight_g: 2 });
  assert.deepEqual(phases, ['preparing', 'ready', 'sending', 'done']);
  assert.deepEqual(server.log, ['lock Ada', 'send {"weight_g":2,"staff_name":"Ada"}']);
  await flow.close();
  assert.equal(server.log.length, 2, 'the server has released the lock itself');
});

test('closing gives the lock back', async () => {
  await flow.actAs('Ada');
  await flow.close();
  assert.equal(server.holder, null);
});

test('closing while the job is being opened leaves no lock behind', async () => {
  const opening = flow.actAs('Ada');
  await flow.close();
  await opening;
  assert.equal(server.holder, null);
});

test('another holder is named, and when it is over the job opens', async () => {
  server.holder = 'Ben';
  await flow.actAs('Ada');
  assert.equal(flow.state.phase, 'blocked');
  assert.equal(flow.state.lockedByOther, true);
  assert.match(flow.state.title, /Ben has this job open on Desk 2/);
  server.holder = null;
  await flow.retry();
  assert.equal(flow.state.phase, 'ready');
});

test('a job that has moved on cannot be acted on', async () => {
  server.actions = [];
  server.status_label = 'Printing';
  await flow.actAs('Ada');
  assert.equal(flow.state.phase, 'blocked');
  assert.equal(flow.state.final, true);
  assert.match(flow.state.message, /It is Printing now.*Last changed by Ben/);
  assert.equal(server.holder, null);
});

test('after a refusal the lock is taken again and the fields are told', async () => {
  await flow.actAs('Ada');
  server.refusals = [new ApiError(400, 'invalid_input', 'Please correct.', { fields: { weight_g: 'Too heavy.' } })];
  await flow.submit({});
  assert.equal(flow.state.phase, 'ready');
  assert.deepEqual(flow.state.fields, { weight_g: 'Too heavy.' });
  assert.equal(server.holder, 'me');
  await flow.submit({});
  assert.equal(flow.state.phase, 'done');
});

test('a conflict ends in the news of what happened', async () => {
  await flow.actAs('Ada');
  server.refusals = [new ApiError(409, 'conflict', 'This job is Rejected now.')];
  server.actions = [];
  server.status_label = 'Rejected';
  await flow.submit({});
  assert.equal(flow.state.phase, 'blocked');
  assert.match(flow.state.message, /Rejected/);
});

test('without an answer the form stays, and the same body goes out again', async () => {
  await flow.actAs('Ada');
  server.refusals = [offline()];
  await flow.submit({ weight_g: 2 });
  assert.equal(flow.state.phase, 'ready');
  assert.match(flow.state.message, /nothing is done twice/);
  await flow.submit({ weight_g: 2 });
  assert.equal(flow.state.phase, 'done');
  assert.deepEqual(server.log.slice(1), Array(2).fill('send {"weight_g":2,"staff_name":"Ada"}'));
});

test('another name takes the lock over without reading anew', async () => {
  await flow.actAs('Ada');
  await flow.actAs('Ben');
  await flow.submit({});
  assert.deepEqual(server.log, ['lock Ada', 'lock Ben', 'send {"staff_name":"Ben"}']);
});

test('a session given up while opening is a blockade, not a crash', async () => {
  server.holder = null;
  const denied = new ApiError(401, 'not_authenticated', 'This workstation is logged out.');
  flow = new ActionFlow({
    locks: false, allowed: () => true, prepare: async () => undefined, send: async () => null,
    calls: { ...createServer().calls, get: () => Promise.reject(denied) },
    onChange: () => undefined,
  });
  await flow.actAs('Ada');
  assert.equal(flow.state.phase, 'blocked');
  assert.match(flow.state.message, /logged out/);
});
