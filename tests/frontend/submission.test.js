import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ApiError } from '../../frontend_static/js/lib/api.js';
import { createSubmission } from '../../frontend_static/js/lib/submission.js';
import { createMemory, forgetSubmission, wasInterrupted } from '../../frontend_static/js/lib/submission_memory.js';
import { runToTheEnd } from '../../frontend_static/js/lib/submission_run.js';
import { UploadFailed } from '../../frontend_static/js/lib/upload.js';
import { memoryStorage } from './browser.js';

const FIELDS = { student_name: 'Jane', method: 'Filament' };
const FILE = new File(['x'.repeat(2000)], 'part.stl');
const JOB = { id: 'j1' };

let log;
let failures;
let steps;
let submission;
const signal = new AbortController().signal;
const run = () => submission.run(() => undefined, signal);

beforeEach(() => {
  globalThis.sessionStorage = memoryStorage();
  log = [];
  failures = {};
  let tickets = 0;
  const step = (name, answer) => async (...given) => {
    log.push(name);
    const failure = failures[name]?.shift();
    if (failure) throw failure;
    return answer(...given);
  };
  steps = {
    hash: step('hash', () => 'ab12'),
    announce: step('announce', (body) => {
      assert.deepEqual(body, { ...FIELDS, filename: 'part.stl', size: 2000, sha256: 'ab12' });
      tickets += 1;
      return { upload_id: `u${tickets}`, post: { url: '/store', fields: {} } };
    }),
    upload: step('upload', () => undefined),
    complete: step('complete', (id) => ({ ...JOB, upload: id })),
  };
  submission = begin();
});

const begin = (fields = FIELDS) => createSubmission(fields, FILE, steps, createMemory(fields, FILE));
const offline = () => new ApiError(0, 'offline', '');

/** A connection that is back at once, and what was waited for. */
function connection() {
  const waits = [];
  return { waits, back: async (attempt) => void waits.push(attempt) };
}

test('every step once, in order, with its progress', async () => {
  const stages = [];
  const job = await submission.run(({ stage }) => stages.push(stage), signal);
  assert.equal(job.id, 'j1');
  assert.deepEqual(log, ['hash', 'announce', 'upload', 'complete']);
  assert.deepEqual(stages, ['hashing', 'announcing', 'uploading', 'checking']);
});

test('after a lost connection it goes on where it stopped', async () => {
  failures = { upload: [new UploadFailed(0)], complete: [new ApiError(0, 'offline', '')] };
  await assert.rejects(run());
  await assert.rejects(run());
  await run();
  assert.deepEqual(log, ['hash', 'announce', 'upload', 'upload', 'complete', 'complete']);
});

for (const code of ['upload_incomplete', 'checksum_mismatch']) {
  test(`a file that did not arrive (${code}) is sent once more`, async () => {
    failures = { complete: [new ApiError(409, code, '')] };
    await assert.rejects(run());
    await run();
    assert.deepEqual(log, ['hash', 'announce', 'upload', 'complete', 'upload', 'complete']);
  });
}

test('an upload that is no more is announced anew', async () => {
  failures = { complete: [new ApiError(410, 'gone', '')] };
  await assert.rejects(run());
  assert.equal((await run()).upload, 'u2');
});

test('signed fields that the store refuses are asked for anew', async () => {
  failures = { upload: [new UploadFailed(403)] };
  await assert.rejects(run());
  submission.startOver();
  await run();
  assert.deepEqual(log, ['hash', 'announce', 'upload', 'announce', 'upload', 'complete']);
});

test('after a reload it goes on with the same upload', async () => {
  failures = { complete: [offline()] };
  await assert.rejects(run());
  assert.ok(wasInterrupted());
  log = [];
  assert.equal((await begin().run(() => undefined, signal)).upload, 'u1');
  assert.deepEqual(log, ['complete']);
  forgetSubmission();
  assert.ok(!wasInterrupted());
});

test('other entries are another submission', async () => {
  failures = { complete: [offline()] };
  await assert.rejects(run());
  const other = createSubmission(FIELDS, new File(['y'.repeat(2000)], 'part.stl', { lastModified: 7 }), steps,
    createMemory(FIELDS, new File(['y'.repeat(2000)], 'part.stl', { lastModified: 7 })));
  assert.equal((await other.run(() => undefined, signal)).upload, 'u2');
});

test('a lost connection is waited for, longer each time, until something moves', async () => {
  failures = {
    announce: [offline(), offline(), offline()],
    upload: [new UploadFailed(0)],
    complete: [offline()],
  };
  const stages = [];
  const lost = connection();
  await runToTheEnd(submission, ({ stage }) => stages.push(stage), signal, lost);
  assert.deepEqual(lost.waits, [0, 1, 2, 3, 4]);
  assert.equal(stages.filter((stage) => stage === 'waiting').length, 5);
  assert.deepEqual(log.filter((name) => name === 'hash'), ['hash']);
});

test('progress makes the next wait short again', async () => {
  const upload = steps.upload;
  steps.upload = (post, file, onProgress) => {
    onProgress(0.5);
    return upload();
  };
  failures = { announce: [offline(), offline()], upload: [new UploadFailed(0)] };
  const lost = connection();
  await runToTheEnd(submission, () => undefined, signal, lost);
  assert.deepEqual(lost.waits, [0, 1, 0]);
});

test('a ticket that has run out is replaced by itself, but not for ever', async () => {
  failures = { upload: [new UploadFailed(403)] };
  await runToTheEnd(submission, () => undefined, signal, connection());
  assert.deepEqual(log, ['hash', 'announce', 'upload', 'announce', 'upload', 'complete']);
  failures = { upload: Array.from({ length: 9 }, () => new UploadFailed(403)) };
  forgetSubmission();
  await assert.rejects(runToTheEnd(begin(), () => undefined, signal, connection()), UploadFailed);
});

test('what the server refuses is not tried again', async () => {
  for (const error of [new ApiError(409, 'duplicate', ''), new ApiError(429, 'rate_limited', ''),
    new ApiError(400, 'invalid_model', ''), new ApiError(410, 'gone', '', { reason: 'deleted' })]) {
    forgetSubmission();
    failures = { announce: [error] };
    const lost = connection();
    await assert.rejects(runToTheEnd(begin(), () => undefined, signal, lost), error);
    assert.deepEqual(lost.waits, []);
  }
});

test('cancelling ends the waiting', async () => {
  failures = { announce: [offline()] };
  const controller = new AbortController();
  const lost = { back: async () => { controller.abort(); controller.signal.throwIfAborted(); } };
  await assert.rejects(runToTheEnd(submission, () => undefined, controller.signal, lost), { name: 'AbortError' });
});
