/**
 * Events of a job's history as sentences.
 * @import {Catalog, Event} from '../contract.d.ts'
 */
import { fileSize, money, plural, printTime, weight } from './format.js';
import { statusLabel } from './status.js';

/** @type {Record<string, string>} */
const TITLES = {
  JobCreated: 'Submitted',
  JobReviewed: 'Marked as reviewed',
  JobReviewCleared: 'Marked as not reviewed',
  StaffApproved: 'Approved',
  StaffRejected: 'Rejected',
  StudentConfirmed: 'Confirmed by the student',
  ConfirmationExpired: 'Confirmation link expired',
  StatusChanged: 'Status changed',
  StatusReverted: 'Status reverted',
  PrintFailed: 'Print failed',
  PaymentRecorded: 'Payment recorded',
  NotesUpdated: 'Note added',
  AdminOverride: 'Administrator override',
  EmailSent: 'E-mail sent',
  EmailFailed: 'E-mail failed',
  FileOpenedInSlicer: 'File opened in slicer',
  CandidateFileFound: 'Slicer file found',
  FileDeleted: 'File deleted',
  JobArchived: 'Archived',
  LockForced: 'Lock forced open',
};

/** @param {string} type */
export const eventTitle = (type) => TITLES[type] ?? type.replace(/([a-z])([A-Z])/g, '$1 $2');

/** What only machines need, or what the card says anyway. */
const SILENT = new Set([
  'action', 'file_hash', 'sha256', 'outbox_id', 'file_type', 'from_status', 'characters', 'notes', 'method', 'color',
  'cost_usd', 'price_usd', 'of', 'finished', 'lead_minutes', 'print_minutes', 'weight_mg', 'voided_cents',
  'voided_grams', 'usual_reasons',
]);

/** Events whose title does not say where the job went. */
const SAY_STATUS = new Set(['StatusChanged', 'StatusReverted', 'AdminOverride']);

/** @type {Record<string, string>} */
const FILES = { 'original': 'the original file', 'slicer output': 'a slicer’s file' };

/** @type {Record<string, string>} */
const MAILS = {
  receipt: 'the receipt',
  approval: 'the approval, to be confirmed',
  rejection: 'the rejection',
  completion: 'ready for pick-up',
  resend: 'a new confirmation link',
};

/** @typedef {Pick<Catalog, 'printers' | 'materials'>} Names */

/** @type {Names} */
const NO_NAMES = { printers: [], materials: [] };

/**
 * What the catalog calls it; what it has no more keeps its id.
 * @param {readonly {id: string, name: string}[]} known
 * @param {string} id
 */
const nameIn = (known, id) => known.find((one) => one.id === id)?.name ?? id;

/** How a detail reads; others show with their name. @type {Record<string, (value: any, names: Names) => string>} */
const SENTENCES = {
  printer: (value, { printers }) => `for ${nameIn(printers, value)}`,
  material: (value, { materials }) => `in ${nameIn(materials, value)}`,
  file: (value) => FILES[value] ?? String(value),
  reason: (value) => `“${value}”`,
  reasons: (value) => plural(Number(value), 'reason'),
  attempts: (value) => `after ${plural(Number(value), 'attempt')}`,
  locked_by: (value) => `held by ${value}`,
  workstation: (value) => `on ${value}`,
  what: String,
  replaced: () => 'in place of an earlier one',
  to_status: (value) => `now ${statusLabel(value)}`,
  weight_g: (value) => weight(Number(value)),
  grams: (value) => weight(Number(value)),
  time_hours: (value) => printTime(Number(value)),
  cost_cents: (value) => money(Number(value)),
  price_cents: (value) => money(Number(value)),
  file_size: (value) => fileSize(Number(value)),
  email_type: (value) => MAILS[value] ?? String(value),
  custom_reason: () => 'with words of their own',
  voided_payment: () => 'payment void',
};

/**
 * The details of an event in one line.
 * @param {Pick<Event, 'details' | 'event_type'>} event
 * @param {Names} [names]  printers and materials by name
 * @returns {string}
 */
export const eventDetails = ({ details, event_type: type }, names = NO_NAMES) => Object.entries(details)
  .filter(([name, value]) => !SILENT.has(name) && hasContent(value) && (name !== 'to_status' || SAY_STATUS.has(type)))
  .map(([name, value]) => SENTENCES[name]?.(value, names) ?? `${name.replaceAll('_', ' ')}: ${plain(value)}`)
  .join(', ');

/** @param {unknown} value */
const hasContent = (value) => ![null, undefined, '', false].includes(/** @type {any} */ (value))
  && !(Array.isArray(value) && value.length === 0);

/** @param {unknown} value */
const plain = (value) => {
  if (Array.isArray(value)) return value.join('; ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
