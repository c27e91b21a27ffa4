/**
 * The overview's figures, each beside that of the period before.
 * @import {Overview, Totals} from '../../contract.d.ts'
 */
import { money, number, printTime } from '../format.js';
import { change, periodBefore } from './period.js';

/** @typedef {{label: string, value: string, change: string, before: string}} FigureCard */

/** @param {number | null} value */
const hours = (value) => (value === null ? '–' : leadTime(value));

/**
 * A length of time as people say it: days from two days on.
 * @param {number} value hours
 */
export const leadTime = (value) => (value >= 48 ? `${number(Math.round(value / 2.4) / 10)} days` : printTime(value));

/** @type {readonly {label: string, of: (totals: Totals) => number | null, show: (value: any) => string}[]} */
const FIGURES = [
  { label: 'Submitted', of: (totals) => totals.submitted, show: number },
  { label: 'Approved', of: (totals) => totals.approved, show: number },
  { label: 'Rejected', of: (totals) => totals.rejected, show: number },
  { label: 'Completed', of: (totals) => totals.completed, show: number },
  { label: 'Failed prints', of: (totals) => totals.failed, show: number },
  { label: 'Picked up', of: (totals) => totals.picked_up, show: number },
  { label: 'From submission to completion', of: (totals) => totals.average_lead_hours, show: hours },
  { label: 'Printing time', of: (totals) => totals.print_hours, show: (value) => `${number(Math.round(value))} h` },
  { label: 'Material printed', of: (totals) => totals.completed_grams, show: (value) => `${number(Math.round(value))} g` },
  { label: 'Revenue', of: (totals) => totals.revenue_cents, show: money },
  { label: 'Payments', of: (totals) => totals.payments, show: number },
  { label: 'Average payment', of: (totals) => totals.average_payment_cents,
    show: (value) => (value === null ? '–' : money(value)) },
];

/**
 * @param {Overview} overview
 * @returns {FigureCard[]}
 */
export const cardsOf = ({ days, totals, before }) => FIGURES.map(({ label, of, show }) => ({
  label,
  value: show(of(totals)),
  change: change(of(totals), of(before)),
  before: `${show(of(before))} ${periodBefore(days)}`,
}));

/**
 * Whether anything at all has happened in either period.
 * @param {Overview} overview
 */
export const isEmpty = ({ totals, before }) =>
  [totals, before].every((period) => FIGURES.every(({ of }) => !of(period)));
