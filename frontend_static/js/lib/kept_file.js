/**
 * The picked file, kept in this browser for a reload of the page: it may be large, and picking it again on a phone is a
 * chore. Only the tab that picked it gets it back, because lab computers are shared; nothing stays longer than a day.
 * Where the browser keeps nothing (private windows, a full disk) the student picks the file again.
 */
import { newKey } from './idempotency.js';

const DATABASE = 'printlab';
const STORE = 'files';
const TAB_KEY = 'printlab.tab';
const KEPT_MS = 24 * 60 * 60_000;

/** @typedef {{tab: string, file: File, at: number}} Kept */

/** @param {File} file */
export const keepFile = (file) => attempt('readwrite', (store) => store.put({ tab: tabId(), file, at: Date.now() }));

/** @returns {Promise<File | null>} */
export async function recallFile() {
  await attempt('readwrite', dropOld);
  /** @type {Kept | null} */
  const kept = await attempt('readonly', (store) => store.get(tabId()));
  return kept && (await isReadable(kept.file)) ? kept.file : null;
}

export const forgetFile = () => attempt('readwrite', (store) => store.delete(tabId()));

function tabId() {
  const known = sessionStorage.getItem(TAB_KEY) ?? newKey();
  sessionStorage.setItem(TAB_KEY, known);
  return known;
}

/** @param {IDBObjectStore} store */
function dropOld(store) {
  const all = store.openCursor();
  all.addEventListener('success', () => {
    const cursor = all.result;
    if (!cursor) return;
    if (/** @type {Kept} */ (cursor.value).at < Date.now() - KEPT_MS) cursor.delete();
    cursor.continue();
  });
  return all;
}

/** @param {File} file */
const isReadable = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

/**
 * What the request answers once its transaction is done; null where the browser refuses.
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} ask
 * @returns {Promise<any>}
 */
async function attempt(mode, ask) {
  try {
    const database = await opened();
    try {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      await settled(transaction);
      return request.result ?? null;
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE, { keyPath: 'tab' }));
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
    request.addEventListener('blocked', () => reject(new Error('blocked')));
  });
}

/**
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
const settled = (transaction) => new Promise((resolve, reject) => {
  transaction.addEventListener('complete', () => resolve());
  transaction.addEventListener('abort', () => reject(transaction.error));
});
