/**
 * What an audit can find, and what can be done about it.
 * @import {FindingKind, FindingView} from '../../contract.d.ts'
 */
import { repair } from './api.js';

/**
 * @typedef {Object} Repair
 * @property {string} kinds                what such findings are called
 * @property {string} label
 * @property {string} effect               what happens to one finding
 * @property {'primary' | 'danger'} tone
 * @property {(finding: FindingView, staffName: string) => Promise<{message: string}>} send
 */

/**
 * @param {'orphaned-file' | 'stale-file'} path
 * @returns {Repair['send']}
 */
const byFile = (path) => ({ key }, staffName) => repair('DELETE', path, { staff_name: staffName, key: String(key) });

/**
 * @param {'repair-metadata' | 'repair-location' | 'repair-link'} path
 * @returns {Repair['send']}
 */
const byJob = (path) => ({ job_id: id }, staffName) => repair('POST', path, { staff_name: staffName, job_id: String(id) });

/** @type {Pick<Repair, 'label' | 'tone' | 'send' | 'effect'>} */
const PUT_ASIDE = {
  label: 'Put aside', tone: 'danger', send: byFile('orphaned-file'),
  effect: 'The file goes to Orphaned/ and is erased after 30 days. If a job has claimed it meanwhile, nothing happens.',
};

/** @type {Record<FindingKind, Repair>} */
export const REPAIRS = {
  orphaned_file: { kinds: 'Files of no job', ...PUT_ASIDE },
  orphaned_thumbnail: { kinds: 'Pictures of no job', ...PUT_ASIDE },
  broken_link: {
    kinds: 'Jobs without their file', label: 'Bring back', tone: 'primary', send: byJob('repair-link'),
    effect: 'The file comes back from an older version, another folder or Orphaned/. What is nowhere is written into the '
      + 'job’s notes; then ask the student for it.',
  },
  stale_duplicate: {
    kinds: 'Copies left behind', label: 'Delete copy', tone: 'danger', send: byFile('stale-file'),
    effect: 'The copy is deleted. The job keeps the same file where it stands now; the only copy of a file is never deleted.',
  },
  folder_mismatch: {
    kinds: 'Files in the wrong folder', label: 'Bring to folder', tone: 'primary', send: byJob('repair-location'),
    effect: 'The job’s files come into the folder of its status. No file is overwritten.',
  },
  metadata_mismatch: {
    kinds: 'Records that differ', label: 'Write record', tone: 'primary', send: byJob('repair-metadata'),
    effect: 'The record beside the job’s files is written anew from what the database says.',
  },
  counters_mismatch: {
    kinds: 'Counters that differ', label: 'Count again', tone: 'primary',
    send: ({ key }, staffName) => repair('POST', 'repair-counter', { staff_name: staffName, key: String(key) }),
    effect: 'The counter says again what there is. Only numbers on the screens are concerned.',
  },
};

/** @param {FindingView} finding */
export const subjectOf = ({ key, job_id: id, details }) => key
  ?? String(details['display_name'] ?? details['short_id'] ?? id ?? '');

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
