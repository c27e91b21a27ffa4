/**
 * What an audit can find, and what can be done about it.
 * @import {FindingKind, FindingView} from '../../contract.d.ts'
 */
import { repair } from './api.js';

/**
 * @typedef {Object} Repair
 * @property {string} label
 * @property {string} effect               what happens to one finding
 * @property {'primary' | 'danger'} tone
 * @property {(finding: FindingView, staffName: string) => Promise<{message: string}>} send
 */

/**
 * @typedef {Object} KindOfFinding
 * @property {string} label
 * @property {string} advice  where there is no repair: what a person does
 * @property {Repair | null} repair
 */

/**
 * @param {'orphaned-file' | 'stale-file'} path
 * @returns {Repair['send']}
 */
const byFile = (path) => ({ key }, staffName) => repair('DELETE', path, { staff_name: staffName, key: String(key) });

/**
 * @param {'repair-metadata' | 'repair-location'} path
 * @returns {Repair['send']}
 */
const byJob = (path) => ({ job_id: id }, staffName) => repair('POST', path, { staff_name: staffName, job_id: String(id) });

/** @type {Repair} */
const PUT_ASIDE = {
  label: 'Put aside', tone: 'danger', send: byFile('orphaned-file'),
  effect: 'The file goes to Orphaned/ and is erased after 30 days. If a job has claimed it meanwhile, nothing happens.',
};

/** @type {Record<FindingKind, KindOfFinding>} */
export const KINDS = {
  orphaned_file: { label: 'Files of no job', advice: '', repair: PUT_ASIDE },
  orphaned_thumbnail: { label: 'Pictures of no job', advice: '', repair: PUT_ASIDE },
  stale_duplicate: { label: 'Copies left behind', advice: '', repair: {
    label: 'Delete copy', tone: 'danger', send: byFile('stale-file'),
    effect: 'The copy is deleted. The job keeps the same file where it stands now; the only copy of a file is never deleted.',
  } },
  folder_mismatch: { label: 'Files in the wrong folder', advice: '', repair: {
    label: 'Bring to folder', tone: 'primary', send: byJob('repair-location'),
    effect: 'The job’s files come into the folder of its status. No file is overwritten.',
  } },
  metadata_mismatch: { label: 'Records that differ', advice: '', repair: {
    label: 'Write record', tone: 'primary', send: byJob('repair-metadata'),
    effect: 'The record beside the job’s files is written anew from what the database says.',
  } },
  broken_link: { label: 'Jobs without their file', repair: null,
    advice: 'The file has to come back from a backup, or the student is asked to submit it again: see the runbook, “Restore after a wrong bulk action”.' },
  counters_mismatch: { label: 'Counters that differ', repair: null,
    advice: 'Only the numbers on the tabs are concerned. An operator recounts them: see the runbook, “Check the trail and the figures”.' },
};

/** @param {FindingView} finding */
export const subjectOf = ({ key, job_id: id, details }) => key ?? String(details['display_name'] ?? details['short_id'] ?? id ?? '');

/**
 * The findings of one kind that are still open, one page after the other.
 * @param {(cursor: string | null) => Promise<{findings: FindingView[], next_cursor: string | null}>} getPage
 * @returns {AsyncGenerator<FindingView>}
 */
export async function* openFindings(getPage) {
  /** @type {string | null} */
  let cursor = null;
  do {
    const page = await getPage(cursor);
    yield* page.findings.filter(({ mended_at: mended }) => !mended);
    cursor = page.next_cursor;
  } while (cursor);
}
