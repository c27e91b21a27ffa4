/**
 * The staff dashboard: the queue.
 * @import {JobCard} from '../contract.d.ts'
 * @import {StaffShell} from '../lib/staff_shell.js'
 * @import {Desk, SpecMaker} from '../views/modals/action.js'
 * @import {ScreenCommands} from '../views/queue_screen.js'
 */
import { ApiError } from '../lib/api.js';
import { now } from '../lib/clock.js';
import { Navigation, queryOfAddress } from '../lib/navigation.js';
import { startPolling } from '../lib/polling.js';
import { Queue } from '../lib/queue.js';
import { signFile } from '../lib/staff_api.js';
import { startStaffPage } from '../lib/staff_shell.js';
import { statusLabel } from '../lib/status.js';
import { getCatalog } from '../lib/student_api.js';
import { toast } from '../lib/toast.js';
import { freshness } from '../views/freshness.js';
import { openAction } from '../views/modals/action.js';
import { forceUnlock } from '../views/modals/index.js';
import { queueScreen } from '../views/queue_screen.js';

const REFRESH_MS = 45_000;
/** How often ages in words are brought up to date. */
const AGE_TICK_MS = 30_000;

/** @param {StaffShell} shell */
async function open(shell) {
  const queue = new Queue({ me: shell.me, staff: shell.staff, catalog: await getCatalog(), query: queryOfAddress() });
  const commands = commandsOf(queue, new Navigation(queue));
  const refresh = () => queue.refresh();
  const draw = () => {
    document.title = `${statusLabel(queue.state.query.status)} · PrintLab`;
    shell.show(queueScreen(queue.state, now(), commands), freshness(queue.state, () => void refresh()));
  };
  queue.subscribe(draw);
  shell.onSession = () => queue.set({ me: shell.me });
  draw();
  void refresh();
  startPolling(refresh, REFRESH_MS);
  setInterval(draw, AGE_TICK_MS);
}

/**
 * @param {Queue} queue
 * @param {Navigation} navigation
 * @returns {ScreenCommands}
 */
const commandsOf = (queue, navigation) => ({
  refresh: () => void queue.refresh(),
  select: (status) => navigation.select(status),
  search: (text) => navigation.search(text),
  filter: (changes) => navigation.filter(changes),
  clear: () => navigation.clear(),
  toggleAll: () => queue.toggleAll(),
  showMore: () => void queue.showMore(),
  toggle: (id) => queue.toggle(id),
  retryDetails: (job) => void queue.loadDetails(job),
  act: (modal, job) => act(queue, modal, job),
  download,
});

/**
 * @param {Queue} queue
 * @param {SpecMaker} modal
 * @param {JobCard} job
 */
function act(queue, modal, job) {
  const { catalog, me, staff } = queue.state;
  /** @type {Desk} */
  const desk = {
    catalog, me, staff,
    onDone: (changed, card) => void queue.applied(changed, card.id).then(keepFocus),
    onOutdated: () => void queue.refresh(),
    forceUnlock: (card) => act(queue, forceUnlock, card),
  };
  openAction(modal, job, desk);
}

/** The card that had the focus may have left the tab: the keyboard goes on at the list. */
function keepFocus() {
  if (document.activeElement === document.body) document.getElementById('jobs')?.focus();
}

/**
 * @param {JobCard} job
 * @param {string} name
 */
async function download(job, name) {
  try {
    const { url } = await signFile(job.id, name);
    location.assign(url);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(`${name} could not be fetched. ${error.message}`, 'bad');
  }
}

startStaffPage({ id: 'queue', title: 'PrintLab dashboard', skipTo: 'jobs', skipLabel: 'Skip to the jobs', open });
