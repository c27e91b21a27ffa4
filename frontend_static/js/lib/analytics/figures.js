/**
 * What each figure of the page says: a sentence, a table, and where days are compared a chart. All of it from
 * the same numbers.
 * @import {PrinterDay, Resources, Totals, Trends} from '../../contract.d.ts'
 * @import {Chart} from '../chart.js'
 * @import {Column, Table} from '../table.js'
 */
import { money, number, plural } from '../format.js';
import { hours } from '../table.js';
import { leadTime } from './cards.js';
import { longDay, peak, sum } from './period.js';

/**
 * @typedef {Object} Figure
 * @property {string} id       names its file, too
 * @property {string} title
 * @property {string} sentence what it shows
 * @property {Table} table
 * @property {Chart} [chart]
 * @property {number} [bars]   which column is also drawn as bars, where there is no chart
 */

/** @type {Column} */
const DAY = { label: 'Day', kind: 'day' };

/** @param {Trends} trends @param {(totals: Totals) => number | null} of */
const values = ({ series }, of) => series.map(({ totals }) => of(totals));

/** @param {Trends} trends */
const dates = ({ series }) => series.map(({ date }) => date);

/**
 * @param {string[]} days
 * @param {{label: string, values: (number | null)[]}[]} series
 * @param {Column['kind']} kind
 * @returns {Table}
 */
const dayTable = (days, series, kind) => ({
  columns: [DAY, ...series.map(({ label }) => ({ label, kind }))],
  rows: days.map((day, index) => [day, ...series.map((one) => one.values[index] ?? null)]),
});

/**
 * @param {Trends} trends
 * @returns {Figure}
 */
export function jobsByDay(trends) {
  const days = dates(trends);
  const series = [
    { label: 'Submitted', values: values(trends, (totals) => totals.submitted) },
    { label: 'Approved', values: values(trends, (totals) => totals.approved) },
    { label: 'Completed', values: values(trends, (totals) => totals.completed) },
  ].map((one) => ({ ...one, whole: number(sum(one.values)) }));
  const [submitted, approved, completed] = series.map(({ whole }) => whole);
  const busiest = peak(series[0]?.values ?? []);
  const most = busiest < 0 ? '' : ` Most came in on ${longDay(days[busiest] ?? '')}: ${series[0]?.values[busiest]}.`;
  return {
    id: 'jobs-by-day', title: 'Jobs by day',
    sentence: `${submitted} submitted, ${approved} approved, ${completed} completed.${most}`,
    table: dayTable(days, series, 'count'),
    chart: { at: days, series, kind: 'lines', show: wholeNumber },
  };
}

/**
 * @param {Trends} trends
 * @returns {Figure}
 */
export function leadByDay(trends) {
  const days = dates(trends);
  const lead = values(trends, (totals) => totals.average_lead_hours);
  const known = trends.series.filter(({ totals }) => totals.average_lead_hours !== null && totals.completed > 0);
  const jobs = sum(known.map(({ totals }) => totals.completed));
  const inAll = sum(known.map(({ totals }) => totals.completed * (totals.average_lead_hours ?? 0)));
  const average = jobs ? leadTime(inAll / jobs) : '–';
  const series = [{ label: 'Average of the jobs completed that day', values: lead, whole: average }];
  return {
    id: 'lead-time', title: 'From submission to completion',
    sentence: jobs ? `${plural(jobs, 'job')} took ${average} on average.` : 'No job was completed.',
    table: dayTable(days, [{ label: 'Average lead time', values: lead }], 'hours'),
    chart: { at: days, series, kind: 'bars', show: hours },
  };
}

/**
 * @param {Trends} trends
 * @returns {Figure}
 */
export function moneyByDay(trends) {
  const days = dates(trends);
  const [revenue, payments] = [values(trends, (totals) => totals.revenue_cents),
    values(trends, (totals) => totals.payments)];
  const average = values(trends, (totals) => totals.average_payment_cents);
  const [cents, count] = [sum(revenue), sum(payments)];
  return {
    id: 'revenue', title: 'Revenue by day',
    sentence: count > 0
      ? `${money(cents)} from ${plural(count, 'payment')}, ${money(Math.floor(cents / count))} on average.`
        : 'Nothing was paid.',
    table: {
      columns: [DAY, { label: 'Revenue', kind: 'money' }, { label: 'Payments', kind: 'count' },
        { label: 'Average payment', kind: 'money' }],
      rows: days.map((day, index) => [day, revenue[index] ?? 0, payments[index] ?? 0, average[index] ?? null]),
    },
    chart: { at: days, series: [{ label: 'Revenue', values: revenue, whole: money(cents) }], kind: 'bars', show: money },
  };
}

/** Colors of charts; what is beyond them goes together. */
const MOST_SERIES = 6;

/**
 * Each printer's hours, those with the most first.
 * @param {Resources} resources
 * @param {string[]} days
 * @returns {Figure}
 */
export function printersByDay({ printer_days: printed, printers }, days) {
  const name = (/** @type {string} */ id) => printers.find((printer) => printer.id === id)?.name ?? id;
  const all = [...new Set(printed.map(({ printer }) => printer))]
    .map((id) => ({ label: name(id), values: hoursOn(printed.filter(({ printer }) => printer === id), days) }))
    .sort((a, b) => sum(b.values) - sum(a.values));
  const series = folded(all).map((one) => ({ ...one, whole: hours(sum(one.values)) }));
  const [first] = series;
  return {
    id: 'printer-hours', title: 'Printing time by day',
    sentence: first && sum(first.values) > 0
      ? `${plural(all.length, 'printer')} at work; ${first.label} the most, with ${first.whole}.`
        : 'No print was finished.',
    table: dayTable(days, all, 'hours'),
    chart: { at: days, series, kind: 'bars', show: hours },
  };
}

/**
 * @param {PrinterDay[]} printed
 * @param {string[]} days
 */
const hoursOn = (printed, days) => days.map((day) =>
  sum(printed.filter(({ date }) => date === day).map((one) => one.print_hours)));

/**
 * As many series as there are colors: the smallest ones become one.
 * @param {{label: string, values: number[]}[]} series
 */
export function folded(series) {
  if (series.length <= MOST_SERIES) return series;
  const rest = series.slice(MOST_SERIES - 1);
  const others = { label: `${rest.length} others`,
    values: (rest[0]?.values ?? []).map((_, day) => sum(rest.map(({ values: own }) => own[day] ?? 0))) };
  return [...series.slice(0, MOST_SERIES - 1), others];
}

/**
 * Jobs are counted whole: between them the scale says nothing.
 * @param {number} value
 */
const wholeNumber = (value) => (Number.isInteger(value) ? number(value) : '');
