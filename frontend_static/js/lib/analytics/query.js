/** Which figures are shown, kept in the address so that they can be bookmarked and sent to somebody. */

/** The periods that are offered, in days. */
export const PERIODS = [7, 30, 90];
const USUAL_PERIOD = 30;

/**
 * @typedef {Object} AnalyticsView
 * @property {number} days
 * @property {string} printer     narrows to one printer; not together with a discipline
 * @property {string} discipline
 */

/**
 * @param {URLSearchParams} params of the page's address
 * @returns {AnalyticsView}
 */
export function parseView(params) {
  const days = Number(params.get('days'));
  const printer = params.get('printer') ?? '';
  return {
    days: PERIODS.includes(days) ? days : USUAL_PERIOD,
    printer,
    discipline: printer ? '' : params.get('discipline') ?? '',
  };
}

/**
 * The query of the API for it; the page's own address is written alike.
 * @param {AnalyticsView} view
 */
export function paramsOf({ days, printer, discipline }) {
  const params = new URLSearchParams({ days: String(days) });
  if (printer) params.set('printer', printer);
  if (discipline) params.set('discipline', discipline);
  return params;
}

/** @param {AnalyticsView} view */
export const isNarrowed = ({ printer, discipline }) => Boolean(printer || discipline);
