import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ApiError } from '../../frontend_static/js/lib/api.js';
import { createSubmission } from '../../frontend_static/js/lib/submission.js';
import { UploadFailed } from '../../frontend_static/js/lib/upload.js';

const FIELDS = { student_name: 'Jane', method: 'Filament' };
const FILE = new File(['x'.repeat(2000)], 'part.stl');
const JOB = { id: 'j1' };

let log;
let failures;
let submission;
const signal = new AbortController().signal;
const run = () => submission.run(() => undefined, signal);

beforeEach(() => {
  log = [];
  failures = {};
  let tickets = 0;
  const step = (name, answer) => async (...given) => {
    log.push(name);
    const failure = failures[name]?.shift();
    if (failure) throw failure;
    return answer(...given);
  };
  submission = createSubmission(FIELDS, FILE, {
    hash: step('hash', () => 'ab12'),
    announce: step('announce', (body) => {
      assert.deepEqual(body, { ...FIELDS, filename: 'part.stl', size: 2000, sha256: 'ab12' });
      tickets += 1;
      return { upload_id: `u${tickets}`, post: { url: '/store', fields: {} } };
    }),
    upload: step('upload', () => undefined),
    complete: step('complete', (id) => ({ ...JOB, upload: id })),
  });
});

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
