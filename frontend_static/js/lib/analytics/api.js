/**
 * The calls of the analytics page.
 * @import {Overview, Resources, StaffPage, StudentsPage, Trends} from '../../contract.d.ts'
 * @import {AnalyticsView} from './query.js'
 */
import { call } from '../staff_api.js';
import { paramsOf } from './query.js';

/**
 * @typedef {Object} Figures
 * @property {Overview} overview
 * @property {Trends} trends
 * @property {Resources} resources  of the whole lab
 * @property {StaffPage} activity   of the whole lab
 * @property {StudentsPage} students of the whole lab, those with the most jobs
 */

/**
 * @param {AnalyticsView} view
 * @returns {Promise<Figures>}
 */
export async function getFigures(view) {
  const [narrowed, period] = [paramsOf(view), new URLSearchParams({ days: String(view.days) })];
  const [overview, trends, resources, activity, students] = await Promise.all([
    call('GET', `/analytics/overview?${narrowed}`),
    call('GET', `/analytics/trends?${narrowed}`),
    call('GET', `/analytics/resources?${period}`),
    call('GET', `/analytics/staff?${period}`),
    call('GET', `/analytics/students?${period}`),
  ]);
  return /** @type {Figures} */ ({ overview, trends, resources, activity, students });
}
