import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../frontend_static/js/lib/api.js';
import { FileUnreadable } from '../../frontend_static/js/lib/hash_file.js';
import { outcomeOf } from '../../frontend_static/js/lib/submission_outcome.js';
import { fromServer, problemsOf } from '../../frontend_static/js/lib/submission_rules.js';
import { UploadFailed } from '../../frontend_static/js/lib/upload.js';
import { CATALOG } from './catalog_sample.js';

const GOOD = {
  student_name: 'Jane Doe', student_email: 'jane@example.edu', discipline: 'Art', class_number: 'N/A',
  method: 'Filament', printer: 'mk4s', color: 'Blue', acknowledged_minimum_charge: true,
};
const FILE = { name: 'Part.STL', size: 5000 };
const problems = (changes, file = FILE) => Object.keys(problemsOf({ ...GOOD, ...changes }, file, CATALOG));

test('a good form has no problems', () => {
  assert.deepEqual(problems({}), []);
});

test('each field is checked', () => {
  assert.deepEqual(problems({ student_name: ' J ' }), ['student_name']);
  assert.deepEqual(problems({ student_name: 'J'.repeat(101) }), ['student_name']);
  for (const email of ['', 'jane', 'jane@', 'jane@example', 'ja ne@example.edu', 'a@b.c']) {
    assert.deepEqual(problems({ student_email: email }), ['student_email'], email);
  }
  assert.deepEqual(problems({ class_number: ' ' }), ['class_number']);
  assert.deepEqual(problems({ discipline: '' }), ['discipline']);
  assert.deepEqual(problems({ acknowledged_minimum_charge: false }), ['acknowledged_minimum_charge']);
  assert.deepEqual(problems({ method: '', color: '', printer: '' }), ['method', 'color', 'printer']);
});

test('color and printer must belong to the method', () => {
  assert.deepEqual(problems({ method: 'Resin' }), ['color', 'printer']);
  assert.deepEqual(problems({ printer: 'retired' }), ['printer']);
});

test('the file is checked by ending and size', () => {
  assert.deepEqual(problems({}, null), ['file']);
  for (const [name, size] of [['a.pdf', 5000], ['stl', 5000], ['a.stl', 5], ['a.stl', 60_000_000]]) {
    assert.deepEqual(problems({}, { name, size }), ['file'], name);
  }
});

test('what the server says about the file stands at the file', () => {
  assert.deepEqual(fromServer({ filename: 'Bad name.', color: 'Gone.' }), { file: 'Bad name.', color: 'Gone.' });
});

test('every failure is explained, and whether trying again helps', () => {
  const cases = [
    [new UploadFailed(403), /not accepted/, true],
    [new FileUnreadable(), /could not be read/, false],
    [new ApiError(409, 'duplicate', '', { existing_job_id: 'abc', existing_short_id: 'K7FWCD' }), /already submitted/, false],
    [new ApiError(429, 'rate_limited', '', { retry_after: 60 }), /Too many submissions/, true],
    [new ApiError(400, 'invalid_model', 'No triangles.', { fields: { file: 'No triangles.' } }), /cannot print this file/, false],
    [new ApiError(409, 'upload_incomplete', ''), /did not arrive whole/, true],
    [new ApiError(410, 'gone', ''), /did not arrive whole/, true],
    [new ApiError(400, 'invalid_input', '', { fields: { size: 'Too large.' } }), /second look/, false],
    [new ApiError(500, 'internal_error', 'Our fault.'), /did not work/, true],
    [new DOMException('', 'AbortError'), /Cancelled/, false],
  ];
  for (const [error, title, retry] of cases) {
    const outcome = outcomeOf(error, Date.parse('2026-11-21T12:00:00Z'));
    assert.match(outcome.title, title);
    assert.equal(outcome.retry, retry, outcome.title);
  }
});

test('what was cancelled after it had arrived may be a job all the same', () => {
  const cancelled = new DOMException('', 'AbortError');
  assert.match(outcomeOf(cancelled, 0).text, /Nothing was submitted/);
  assert.match(outcomeOf(cancelled, 0, true).text, /may have been made/);
});

test('a fault of ours is not dressed up as the student\'s', () => {
  assert.throws(() => outcomeOf(new TypeError('bug'), 0), TypeError);
});
