/**
 * @import {ActionName, JobView} from '../../contract.d.ts'
 */

/**
 * Whether the server offers this action on the job now.
 * @param {ActionName} action
 * @returns {(job: JobView) => boolean}
 */
export const offers = (action) => (job) => job.actions.includes(action);
