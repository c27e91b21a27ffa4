import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ApiError, offline } from '../../frontend_static/js/lib/api.js';
import { LockKeeper } from '../../frontend_static/js/lib/lock.js';

const MINUTE = 60_000;
let log;
let extend;
let keeper;
let lost;

beforeEach(() => {
  log = [];
  lost = [];
  extend = async () => log.push('extend');
  keeper = new LockKeeper({
    take: async (name) => log.push(`take ${name}`),
    extend: () => extend(),
    release: async () => log.push('release'),
  }, (reason) => lost.push(reason));
});

/** Lets minutes pass one by one, as a page would see them. */
async function pass(t, minutes, touched = false) {
  for (let minute = 0; minute < minutes; minute += 1) {
    if (touched) keeper.touch();
    t.mock.timers.tick(MINUTE);
    await new Promise(setImmediate);
  }
}

const mockTime = (t) => t.mock.timers.enable({ apis: ['setInterval', 'Date'] });

test('the lock is extended every minute until it is given back', async (t) => {
  mockTime(t);
  await keeper.take('Ada');
  await pass(t, 3);
  await keeper.release();
  await pass(t, 3);
  assert.deepEqual(log, ['take Ada', 'extend', 'extend', 'extend', 'release']);
  assert.equal(keeper.held, false);
});

test('a modal that nobody touches gives the job back after ten minutes', async (t) => {
  mockTime(t);
  await keeper.take('Ada');
  await pass(t, 15);
  assert.deepEqual(lost, ['idle']);
  assert.equal(log.at(-1), 'release');
  assert.equal(log.filter((entry) => entry === 'extend').length, 10);
});

test('work in the modal keeps the lock', async (t) => {
  mockTime(t);
  await keeper.take('Ada');
  await pass(t, 30, true);
  assert.deepEqual(lost, []);
  assert.equal(keeper.held, true);
  keeper.spent();
});

test('a lock that the server has given up is lost', async (t) => {
  mockTime(t);
  await keeper.take('Ada');
  extend = async () => {
    throw new ApiError(409, 'lock_lost', 'The lock has ended.');
  };
  await pass(t, 2);
  assert.deepEqual(lost, ['gone']);
  assert.equal(keeper.held, false);
});

test('a heartbeat without an answer changes nothing', async (t) => {
  mockTime(t);
  await keeper.take('Ada');
  extend = async () => {
    throw offline();
  };
  await pass(t, 2);
  assert.deepEqual(lost, []);
  assert.equal(keeper.held, true);
  keeper.spent();
});

test('what is not held is not given back', async () => {
  await keeper.release();
  assert.deepEqual(log, []);
});
