import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardsOf, isEmpty } from '../../frontend_static/js/lib/analytics/cards.js';
import { folded, jobsByDay, leadByDay, moneyByDay, printersByDay } from '../../frontend_static/js/lib/analytics/figures.js';
import { change, longDay, peak, shortDay } from '../../frontend_static/js/lib/analytics/period.js';
import { paramsOf, parseView } from '../../frontend_static/js/lib/analytics/query.js';
import { byMaterial, byPerson, byStudent } from '../../frontend_static/js/lib/analytics/breakdowns.js';
import { toCsv } from '../../frontend_static/js/lib/csv.js';
import { shown, tableAsCsv } from '../../frontend_static/js/lib/table.js';

const NOTHING = {
  submitted: 0, approved: 0, rejected: 0, confirmed: 0, completed: 0, failed: 0, picked_up: 0, payments: 0, revenue_cents: 0,
  revenue_usd: '0.00', average_payment_cents: null, average_lead_hours: null, completed_grams: 0, print_hours: 0,
};
const trends = (...days) => ({
  days: days.length, series: days.map((totals, index) => ({ date: `2026-11-0${index + 1}`, totals: { ...NOTHING, ...totals } })),
});

test('an address and its view are the same thing; a printer and a discipline exclude each other', () => {
  const view = (address) => parseView(new URLSearchParams(address));
  for (const address of ['days=7', 'days=90&printer=prusa-xl', 'days=30&discipline=Art']) {
    assert.equal(String(paramsOf(view(address))), address);
  }
  assert.deepEqual(view('days=31&printer=a&discipline=Art'), { days: 30, printer: 'a', discipline: '' });
});

test('days are UTC days wherever the browser is', () => {
  assert.equal(shortDay('2026-11-01'), 'Nov 1');
  assert.equal(longDay('2026-11-01'), 'Sun, Nov 1');
});

test('a comparison says nothing where there is nothing to compare', () => {
  assert.equal(change(3, 2), 'up 50%');
  assert.equal(change(1, 4), 'down 75%');
  assert.equal(change(2, 2), 'as before');
  assert.equal(change(1_001, 1_000), 'nearly as before');
  assert.equal(change(5, 0), '');
  assert.equal(change(0, 0), '');
  assert.equal(change(null, 4), '');
  assert.equal(change(2, -4), '');
});

test('the cards show each figure beside the one before', () => {
  const cards = cardsOf({ days: 7, totals: { ...NOTHING, submitted: 3, average_lead_hours: 72 }, before: { ...NOTHING, submitted: 2 } });
  assert.deepEqual(cards[0], { label: 'Submitted', value: '3', change: 'up 50%', before: '2 in the 7 days before' });
  assert.equal(cards.find(({ label }) => label.startsWith('From submission'))?.value, '3 days');
  assert.equal(isEmpty({ totals: NOTHING, before: NOTHING }), true);
  assert.equal(isEmpty({ totals: NOTHING, before: { ...NOTHING, payments: 1 } }), false);
});

test('the busiest day is named, and none when nothing came in', () => {
  assert.match(jobsByDay(trends({ submitted: 1 }, { submitted: 4 })).sentence, /^5 submitted.*Mon, Nov 2: 4\.$/);
  assert.doesNotMatch(jobsByDay(trends({}, {})).sentence, /Most/);
  assert.equal(peak([0, null, 0]), -1);
});

test('the average lead time weighs each day by its jobs', () => {
  const figure = leadByDay(trends({ completed: 1, average_lead_hours: 10 }, { completed: 3, average_lead_hours: 2 }, {}));
  assert.equal(figure.sentence, '4 jobs took 4 h on average.');
  assert.deepEqual(figure.table.rows.map((row) => row[1]), [10, 2, null]);
});

test('money is shown in dollars and written as a number', () => {
  const figure = moneyByDay(trends({ revenue_cents: 1234, payments: 2, average_payment_cents: 617 }));
  assert.equal(figure.sentence, '$12.34 from 2 payments, $6.17 on average.');
  assert.equal(tableAsCsv(figure.table),
    '\ufeffDay,Revenue (USD),Payments,Average payment (USD)\r\n2026-11-01,12.34,2,6.17\r\n');
});

test('each printer has its hours of each day, those with the most first', () => {
  const printed = [
    { date: '2026-11-01', printer: 'a', print_hours: 1 }, { date: '2026-11-02', printer: 'b', print_hours: 5 },
  ];
  const figure = printersByDay({ printer_days: printed, printers: [{ id: 'b', name: 'Big' }] }, ['2026-11-01', '2026-11-02']);
  assert.deepEqual(figure.table.rows, [['2026-11-01', 0, 1], ['2026-11-02', 5, 0]]);
  assert.equal(figure.sentence, '2 printers at work; Big the most, with 5 h.');
});

test('what is beyond the colors is drawn as one, and loses nothing', () => {
  const series = Array.from({ length: 9 }, (_, index) => ({ label: `p${index}`, values: [index, 1] }));
  const drawn = folded(series);
  assert.equal(drawn.length, 6);
  assert.deepEqual(drawn.at(-1), { label: '4 others', values: [5 + 6 + 7 + 8, 4] });
});

test('who has left is marked; the commonest activities have columns', () => {
  const figure = byPerson({ days: 7, staff: [{ name: 'Alex', is_active: false, actions: 4, events: { StaffApproved: 3, NotesUpdated: 1 } }] });
  assert.deepEqual(figure.table.columns.map(({ label }) => label), ['Name', 'Actions', 'Approved', 'Note added']);
  assert.deepEqual(figure.table.rows, [['Alex (inactive)', 4, 3, 1]]);
});

test('what has no column of its own is counted as other, so that the columns add up', () => {
  const events = { A: 6, B: 5, C: 4, D: 3, E: 2, F: 2, G: 1 };
  const { table } = byPerson({ days: 7, staff: [{ name: 'Alex', is_active: true, actions: 23, events }] });
  assert.deepEqual(table.columns.slice(2).map(({ label }) => label), ['A', 'B', 'C', 'D', 'E', 'Other']);
  assert.deepEqual(table.rows, [['Alex', 23, 6, 5, 4, 3, 2, 3]]);
});

test('a student\'s jobs that are not priced yet have no cost', () => {
  const one = { student_name: 'Zoë', jobs: 1, student_email: 'z@x.edu', disciplines: ['Art'], last_submitted_at: '2026-11-01T10:00:00Z' };
  const { table } = byStudent({ students: [{ ...one, cost_cents: 0 }, { ...one, cost_cents: 999_990 }], total: 2, complete: true });
  assert.deepEqual(table.rows.map((row) => shown(row[4], table.columns[4])), ['–', '$9,999.90']);
});

test('nothing printed is said, not drawn', () => {
  assert.equal(byMaterial({ materials: [] }).sentence, 'Nothing was printed.');
});

test('no cell of a file is a formula, and none breaks its row', () => {
  assert.equal(toCsv(['a', 'b'], [['=1+1', -3], ['say "hi", Zoë', null], ['@x', '-2'], ['\ty', 'a\r\nb']]),
    '\ufeffa,b\r\n\'=1+1,-3\r\n"say ""hi"", Zoë",\r\n\'@x,\'-2\r\n\'\ty,"a\r\nb"\r\n');
});
