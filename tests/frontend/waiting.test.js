/** Speed, and waiting for a connection. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createConnection } from '../../frontend_static/js/lib/connection.js';
import { createRate } from '../../frontend_static/js/lib/transfer_rate.js';
import { duration } from '../../frontend_static/js/lib/format.js';

test('the speed is that of the last seconds', () => {
  let now = 0;
  const rate = createRate(() => now);
  assert.equal(rate.after(0, 1000), null);
  now = 500;
  assert.equal(rate.after(50, 1000), null, 'too early to tell');
  now = 1_000;
  assert.deepEqual(rate.after(100, 1000), { perSecond: 100, secondsLeft: 9 });
  for (now = 2_000; now <= 20_000; now += 1_000) rate.after(90 + now / 100, 1000);
  assert.equal(Math.round(rate.after(300, 1000).perSecond), 10);
});

test('an upload that begins anew begins anew', () => {
  let now = 0;
  const rate = createRate(() => now);
  rate.after(500, 1000);
  now = 2_000;
  assert.equal(rate.after(10, 1000), null);
  now = 4_000;
  assert.equal(rate.after(30, 1000).perSecond, 10);
});

test('times are said roughly', () => {
  assert.deepEqual([0.2, 42.4, 95].map(duration), ['1 s', '42 s', 'about 2 min']);
});

const events = new EventTarget();
Object.assign(globalThis, {
  addEventListener: events.addEventListener.bind(events), removeEventListener: events.removeEventListener.bind(events),
});
const signal = () => new AbortController().signal;

test('it tries again when the browser is online again, when asked to, and after a while', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const connection = createConnection();
  const online = connection.back(5, signal());
  events.dispatchEvent(new Event('online'));
  await online;
  const asked = connection.back(5, signal());
  connection.tryNow();
  await asked;
  const waited = connection.back(0, signal());
  mock.timers.tick(1_000);
  await waited;
  mock.timers.reset();
});

test('cancelling ends the waiting at once', async () => {
  const controller = new AbortController();
  const waiting = createConnection().back(5, controller.signal);
  controller.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});
