import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { eventDetails, eventTitle } from '../../frontend_static/js/lib/event_text.js';
import { createLimiter } from '../../frontend_static/js/lib/limiter.js';
import { sha256Of } from '../../frontend_static/js/lib/sha256.js';
import { createStore } from '../../frontend_static/js/lib/store.js';
import { createThumbnails } from '../../frontend_static/js/lib/thumbnails.js';

test('hashing in slices gives the file\'s SHA-256', async () => {
  for (const size of [0, 1, 4_194_304, 4_194_305, 9_000_000]) {
    const bytes = randomBytes(size);
    assert.equal(await sha256Of(new Blob([bytes])), createHash('sha256').update(bytes).digest('hex'), `${size} bytes`);
  }
});

test('hashing reports its progress', async () => {
  const shares = [];
  await sha256Of(new Blob([new Uint8Array(9_000_000)]), (share) => shares.push(share));
  assert.equal(shares.length, 3);
  assert.equal(shares.at(-1), 1);
});

test('a picture keeps its address for 50 minutes, or until its state changes or it fails', () => {
  let now = 0;
  const thumbnails = createThumbnails(() => now);
  const job = (url, state = 'ready') => ({ id: 'j1', thumbnail: { state, url } });
  assert.equal(thumbnails.urlOf(job('a?1')), 'a?1');
  assert.equal(thumbnails.urlOf(job('a?2')), 'a?1');
  now = 51 * 60_000;
  assert.equal(thumbnails.urlOf(job('a?3')), 'a?3');
  thumbnails.failed(job('a?3'));
  assert.equal(thumbnails.urlOf(job('a?4')), 'a?4');
  assert.equal(thumbnails.urlOf(job(null, 'pending')), null);
});

test('a limiter runs so many at a time, and all of them', async () => {
  const limited = createLimiter(2);
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(Array.from({ length: 7 }, (_, index) => limited(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    if (index === 3) throw new Error('one fails');
    return index;
  })));
  assert.equal(most, 2);
  assert.deepEqual(results.map(({ status }) => status === 'fulfilled'), [true, true, true, false, true, true, true]);
});

test('a store tells about every change', () => {
  const store = createStore({ a: 1, b: 2 });
  const heard = [];
  store.subscribe((state) => heard.push(state));
  store.set({ b: 3 });
  assert.deepEqual(heard, [{ a: 1, b: 3 }]);
});

test('events call printers and materials by their names, and by their ids once the catalog has them no more', () => {
  const event = { event_type: 'StaffApproved', details: { printer: 'mk4s', material: 'pla', file: 'original' } };
  const names = { printers: [{ id: 'mk4s', name: 'Prusa MK4S' }], materials: [{ id: 'pla', name: 'PLA' }] };
  assert.equal(eventDetails(event, names), 'for Prusa MK4S, in PLA, the original file');
  assert.equal(eventDetails(event), 'for mk4s, in pla, the original file');
});

test('events read as sentences', () => {
  assert.equal(eventTitle('StaffApproved'), 'Approved');
  assert.equal(eventTitle('SomethingNew'), 'Something New');
  const details = (event_type, given) => eventDetails({ event_type, details: given });
  const approval = { action: 'approve', to_status: 'PENDING', weight_g: '41.25', time_hours: '3.5', cost_cents: 413 };
  assert.equal(details('StaffApproved', approval), '41.25 g, 3 h 30 min, $4.13');
  assert.equal(details('StatusChanged', { from_status: 'PRINTING', to_status: 'PAIDPICKEDUP' }), 'now Paid & Picked Up');
  assert.equal(details('StaffRejected', { reasons: 2, custom_reason: false }), '2 reasons');
  assert.equal(details('EmailSent', { email_type: 'resend', outbox_id: 'x' }), 'a new confirmation link');
  assert.equal(details('PrintFailed', { reason: 'Warped' }), '“Warped”');
});
