/**
 * The calls of an administrator's workstation. Every change is made in somebody's name.
 * @import {
 *   AgentList, AlertList, AuditReport, AuditStarted, Catalog, CatalogUpdate, Diagnosis, ExportLink, FailedMailPage,
 *   PaymentsExport, QueueList, RepairView, Replayed, RetentionRun, RetentionView, RetriedMail, SampleHistory, SettingsUpdate,
 *   SettingsView, Staff, StationList, StationView, TestMailView, WorkstationChange, NewWorkstation, JobPage, Status
 * } from '../../contract.d.ts'
 * @import {SavedFile} from '../api.js'
 */
import { call } from '../staff_api.js';

const segment = encodeURIComponent;

/** @returns {Promise<SettingsView>} */
export const getSettings = () => call('GET', '/admin/settings');

/**
 * @param {SettingsUpdate} update
 * @param {number} version  that was edited
 * @returns {Promise<SettingsView>}
 */
export const saveSettings = (update, version) => call('POST', '/admin/settings', { body: update, ifMatch: `"${version}"` });

/**
 * @param {string} name
 * @param {string} staffName
 * @returns {Promise<Staff>}
 */
export const addStaff = (name, staffName) => call('POST', '/staff', { body: { name, staff_name: staffName } });

/**
 * @param {string} name
 * @param {boolean} active
 * @param {string} staffName
 * @returns {Promise<Staff>}
 */
export const setStaffActive = (name, active, staffName) =>
  call('PATCH', `/staff/${segment(name)}`, { body: { is_active: active, staff_name: staffName } });

/** @returns {Promise<StationList>} */
export const listStations = () => call('GET', '/admin/workstations');

/**
 * @param {NewWorkstation} body
 * @returns {Promise<StationView>}
 */
export const addStation = (body) => call('POST', '/admin/workstations', { body });

/**
 * @param {string} id
 * @param {WorkstationChange} body
 * @returns {Promise<StationView>}
 */
export const changeStation = (id, body) => call('PATCH', `/admin/workstations/${segment(id)}`, { body });

/**
 * @param {CatalogUpdate} body
 * @param {number} version  that was edited
 * @returns {Promise<Catalog>}
 */
export const saveCatalog = (body, version) => call('PUT', '/catalog', { body, ifMatch: `"${version}"` });

/**
 * @param {'archive' | 'prune'} operation
 * @param {RetentionRun} body
 * @returns {Promise<RetentionView>}
 */
export const runRetention = (operation, body) => call('POST', `/admin/${operation}`, { body });

/**
 * @param {string} staffName
 * @returns {Promise<AuditStarted>}
 */
export const startAudit = (staffName) => call('POST', '/admin/audit/start', { body: { staff_name: staffName } });

/**
 * @param {{kind?: string, cursor?: string | null, limit?: number}} query
 * @returns {Promise<AuditReport>}
 */
export function getAuditReport({ kind, cursor, limit = 50 }) {
  const params = new URLSearchParams({ limit: String(limit) });
  if (kind) params.set('kind', kind);
  if (cursor) params.set('cursor', cursor);
  return call('GET', `/admin/audit/report?${params}`);
}

/**
 * @param {'DELETE' | 'POST'} method
 * @param {string} path     of the repair, below /admin/audit
 * @param {{staff_name: string} & Record<string, string>} body
 * @returns {Promise<RepairView>}
 */
export const repair = (method, path, body) => call(method, `/admin/audit/${path}`, { body });

/** @returns {Promise<FailedMailPage>} */
export const listFailedMails = () => call('GET', '/admin/mail/failed?limit=200');

/**
 * @param {string} id
 * @param {string} staffName
 * @returns {Promise<RetriedMail>}
 */
export const retryMail = (id, staffName) => call('POST', `/admin/mail/${segment(id)}/retry`,
  { body: { staff_name: staffName } });

/**
 * @param {string} to
 * @param {string} staffName
 * @returns {Promise<TestMailView>}
 */
export const sendTestMail = (to, staffName) => call('POST', '/_diag/test-email', { body: { to, staff_name: staffName } });

/** @returns {Promise<QueueList>} */
export const listQueues = () => call('GET', '/admin/queues');

/**
 * @param {string} name
 * @param {string} staffName
 * @returns {Promise<Replayed>}
 */
export const replayQueue = (name, staffName) =>
  call('POST', `/admin/queues/${segment(name)}/replay`, { body: { staff_name: staffName } });

/** The types of the files, to be named in Accept. */
const FILE_TYPES = { csv: 'text/csv', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' };

/**
 * The file, or where it waits when it is large.
 * @param {PaymentsExport & {format: 'csv' | 'xlsx'}} body
 * @returns {Promise<SavedFile | ExportLink>}
 */
export const exportPayments = (body) => call('POST', '/export/payments', { body, accept: FILE_TYPES[body.format] });

/** @returns {Promise<AlertList>} */
export const getAlerts = () => call('GET', '/monitoring/alerts');

/**
 * @param {number} hours
 * @returns {Promise<SampleHistory>}
 */
export const getHistory = (hours) => call('GET', `/monitoring/history?hours=${hours}`);

/** @returns {Promise<AgentList>} */
export const getAgents = () => call('GET', '/monitoring/agents');

/** @returns {Promise<Diagnosis>} */
export const getDiagnosis = () => call('GET', '/_diag');

/**
 * @param {Status} status
 * @returns {Promise<JobPage>}
 */
export const listStatus = (status) => call('GET', `/jobs?status=${status}&limit=200`);
