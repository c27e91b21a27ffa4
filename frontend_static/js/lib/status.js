/**
 * The statuses in the order of the dashboard's tabs, and what the screens call them.
 * @import {Status} from '../contract.d.ts'
 */

/** @type {readonly {id: Status, label: string}[]} */
export const STATUSES = [
  { id: 'UPLOADED', label: 'Uploaded' },
  { id: 'PENDING', label: 'Pending' },
  { id: 'READYTOPRINT', label: 'Ready to Print' },
  { id: 'PRINTING', label: 'Printing' },
  { id: 'COMPLETED', label: 'Completed' },
  { id: 'PAIDPICKEDUP', label: 'Paid & Picked Up' },
  { id: 'REJECTED', label: 'Rejected' },
  { id: 'ARCHIVED', label: 'Archived' },
];

/** Statuses in which nobody waits for anything, so that an age is no alarm. @type {ReadonlySet<Status>} */
export const SETTLED = new Set(/** @type {Status[]} */ (['PAIDPICKEDUP', 'REJECTED', 'ARCHIVED']));

/** @param {string} id */
export const statusLabel = (id) => STATUSES.find((status) => status.id === id)?.label ?? id;

/**
 * @param {string | null} value
 * @returns {value is Status}
 */
export const isStatus = (value) => STATUSES.some((status) => status.id === value);
