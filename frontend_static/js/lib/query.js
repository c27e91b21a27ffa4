/**
 * What the dashboard shows, kept in the address so that it can be bookmarked and survives a reload.
 * @import {Status} from '../contract.d.ts'
 */
import { isStatus } from './status.js';

/**
 * @typedef {Object} Query
 * @property {Status} status
 * @property {string} search
 * @property {string} printer
 * @property {string} discipline
 * @property {string} from          first day of submission, "2026-11-21", or ""
 * @property {string} to            last day, or ""
 * @property {boolean} expiredOnly  only jobs whose confirmation link has expired
 * @property {string} sort
 */

/** The orders on offer, by the API's names for them. @type {readonly {id: string, label: string}[]} */
export const SORTS = [
  { id: '-created_at', label: 'Newest first' },
  { id: 'created_at', label: 'Oldest first' },
  { id: '-status_entered_at', label: 'Latest in this tab' },
  { id: 'status_entered_at', label: 'Longest in this tab' },
  { id: 'student_name', label: 'Student A–Z' },
  { id: 'printer', label: 'Printer A–Z' },
  { id: 'discipline', label: 'Discipline A–Z' },
  { id: '-cost_cents', label: 'Highest price' },
];

const DEFAULT_SORT = '-created_at';
/** Jobs that are shown at first. */
export const FIRST_PAGE = 50;
const LARGEST_PAGE = 200;

/** How many new jobs a refresh notices. */
const MOST_ARRIVALS = 10;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * @param {URLSearchParams} params of the page's address
 * @returns {Query}
 */
export function parseQuery(params) {
  const status = params.get('status');
  const sort = params.get('sort');
  return {
    status: isStatus(status) ? status : 'UPLOADED',
    search: params.get('search') ?? '',
    printer: params.get('printer') ?? '',
    discipline: params.get('discipline') ?? '',
    from: dayIn(params, 'from'),
    to: dayIn(params, 'to'),
    expiredOnly: params.get('expired') === '1',
    sort: SORTS.some(({ id }) => id === sort) ? String(sort) : DEFAULT_SORT,
  };
}

/**
 * @param {URLSearchParams} params
 * @param {string} name
 */
function dayIn(params, name) {
  const value = params.get(name) ?? '';
  return DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : '';
}

/**
 * The shortest address of this query: what is as usual is left out.
 * @param {Query} query
 * @returns {string} begins with "?"
 */
export function addressOf(query) {
  const params = new URLSearchParams({ status: query.status });
  if (query.search) params.set('search', query.search);
  if (query.printer) params.set('printer', query.printer);
  if (query.discipline) params.set('discipline', query.discipline);
  if (query.from) params.set('from', query.from);
  if (query.to) params.set('to', query.to);
  if (query.expiredOnly) params.set('expired', '1');
  if (query.sort !== DEFAULT_SORT) params.set('sort', query.sort);
  return `?${params}`;
}

/**
 * The queries of GET /jobs that together bring so many jobs.
 * @param {Query} query
 * @param {number} wanted
 */
export function apiQueries(query, wanted) {
  const limit = Math.min(wanted, LARGEST_PAGE);
  return Array.from({ length: Math.ceil(wanted / limit) }, (_, index) => apiQuery(query, index + 1, limit));
}

/**
 * How many to show after so many: first a page that is there at once, then by the largest pages there are.
 * @param {number} shown
 */
export const moreThan = (shown) => (shown < LARGEST_PAGE ? LARGEST_PAGE : shown + LARGEST_PAGE);

/**
 * @param {Query} query
 * @param {number} page from 1
 * @param {number} limit jobs on it
 */
function apiQuery(query, page, limit) {
  const params = new URLSearchParams({ status: query.status, sort: query.sort });
  if (query.search) params.set('search', query.search);
  if (query.printer) params.set('printer', query.printer);
  if (query.discipline) params.set('discipline', query.discipline);
  if (query.from) params.set('from', query.from);
  if (query.to) params.set('to', query.to);
  if (query.expiredOnly && query.status === 'PENDING') params.set('confirmation_expired', 'true');
  params.set('page', String(page));
  params.set('limit', String(limit));
  return params;
}

/** The query of GET /jobs that shows what has come in. */
export const newestUploads = new URLSearchParams(
  { status: 'UPLOADED', sort: '-created_at', page: '1', limit: String(MOST_ARRIVALS) });

/** What a query is without search and filters. */
export const NO_FILTERS = Object.freeze({ search: '', printer: '', discipline: '', from: '', to: '', expiredOnly: false });

/**
 * Whether a filter or search hides jobs of the tab.
 * @param {Query} query
 */
export const isFiltered = (query) => Boolean(query.search || query.printer || query.discipline || query.from || query.to
  || (query.expiredOnly && query.status === 'PENDING'));
