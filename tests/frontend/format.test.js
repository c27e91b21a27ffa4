import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  age, ageLevel, calendarDay, countdown, dimensions, fileSize, money, plural, printTime, recordedHours, span, weight,
} from '../../frontend_static/js/lib/format.js';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T12:00:00Z');
const ago = (ms) => new Date(NOW - ms).toISOString();

test('money shows cents exactly', () => {
  assert.deepEqual([0, 5, 300, 1234, 123456, -50].map(money), ['$0.00', '$0.05', '$3.00', '$12.34', '$1,234.56', '-$0.50']);
});

test('a day of the calendar is that day in every time zone', () => {
  assert.equal(calendarDay('2026-11-01'), 'November 1, 2026');
});

test('an age has at most two units', () => {
  assert.equal(age(ago(20_000), NOW), 'just now');
  assert.equal(age(ago(-5_000), NOW), 'just now');
  assert.equal(age(ago(12 * 60_000), NOW), '12m ago');
  assert.equal(age(ago(5 * HOUR), NOW), '5h ago');
  assert.equal(age(ago(5 * HOUR + 60_000), NOW), '5h 1m ago');
  assert.equal(age(ago(52 * HOUR), NOW), '2d 4h ago');
  assert.equal(span(48 * HOUR), '2d');
});

test('the color of an age changes at 24, 48 and 72 hours', () => {
  const levels = [0, 23.99, 24, 47.99, 48, 71.99, 72, 500].map((hours) => ageLevel(ago(hours * HOUR), NOW));
  assert.deepEqual(levels, ['green', 'green', 'yellow', 'yellow', 'orange', 'orange', 'red', 'red']);
});

test('a countdown counts a begun second and never falls below zero', () => {
  const shown = [3_600_000, 3_599_000, 59_001, 1, 0, -9].map(countdown);
  assert.deepEqual(shown, ['1:00:00', '59:59', '01:00', '00:01', '00:00', '00:00']);
});

test('times of printing are recorded in half hours, rounded up', () => {
  assert.deepEqual([0.1, 0.5, 2.2, 3].map(recordedHours), [0.5, 0.5, 2.5, 3]);
  assert.deepEqual([0.5, 2, 2.5].map(printTime), ['30 min', '2 h', '2 h 30 min']);
});

test('sizes, weights and counts', () => {
  assert.deepEqual([1, 999, 1_024, 1_048_575, 1_048_576, 5_500_000, 52_428_800, 100 * 2 ** 30].map(fileSize),
    ['1 byte', '999 bytes', '1 KB', '1023 KB', '1 MB', '5.2 MB', '50 MB', '100 GB']);
});
