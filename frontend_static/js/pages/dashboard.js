/**
 * The staff dashboard: the queue.
 * @import {JobCard} from '../contract.d.ts'
 * @import {CardCommand, PageCommand} from '../lib/keyboard.js'
 * @import {StaffShell} from '../lib/staff_shell.js'
 * @import {SpecMaker} from '../views/modals/action.js'
 * @import {ScreenCommands} from '../views/queue_screen.js'
 */
import { ApiError } from '../lib/api.js';
import { printersFor } from '../lib/catalog.js';
import { chime } from '../lib/chime.js';
import { now } from '../lib/clock.js';
import { swatchOf } from '../lib/colors.js';
import { plural } from '../lib/format.js';
import { listenToKeys } from '../lib/keyboard.js';
import { isModel } from '../lib/model_names.js';
import { Navigation, queryOfAddress } from '../lib/navigation.js';
import { startPolling } from '../lib/polling.js';
import { Queue } from '../lib/queue.js';
import { getJob, listFiles, signFile } from '../lib/staff_api.js';
import { startStaffPage } from '../lib/staff_shell.js';
import { statusLabel, STATUSES } from '../lib/status.js';
import { getCatalog } from '../lib/student_api.js';
import { toast } from '../lib/toast.js';
import { showDiagnostics } from '../views/diagnostics_dialog.js';
import { freshness } from '../views/freshness.js';
import { openAction } from '../views/modals/action.js';
import { buttonsFor, forceUnlock, note, openFile } from '../views/modals/index.js';
import { queueScreen } from '../views/queue_screen.js';
import { showShortcuts } from '../views/shortcuts_dialog.js';

/** How often the queue is asked for; an unchanged one costs next to nothing. */
const REFRESH_MS = 15_000;
const REFRESH_HIDDEN_MS = 45_000;
const CATALOG_MS = 5 * 60_000;
/** How often ages in words are brought up to date. */
const AGE_TICK_MS = 30_000;

/** @param {StaffShell} shell */
async function open(shell) {
  const { me, staff, desk } = shell;
  const queue = new Queue({ me, staff, desk, catalog: await getCatalog(), query: queryOfAddress() });
  const commands = commandsOf(queue, new Navigation(queue));
  const draw = () => {
    document.title = titleOf(queue);
    shell.show(queueScreen(queue.state, now(), commands), freshness(queue.state, commands.refresh));
  };
  queue.subscribe(draw);
  queue.onArrivals = (jobs) => announce(queue, jobs);
  shell.onChange = () => queue.set({ me: shell.me, staff: shell.staff, desk: shell.desk });
  listenToKeys({ onPage: pageKeys(commands), onCard: cardKeys(queue, commands) });
  draw();
  void queue.refresh();
  startPolling(() => queue.refresh({ gently: true }), REFRESH_MS, REFRESH_HIDDEN_MS);
  startPolling(() => refreshCatalog(queue), CATALOG_MS);
  setInterval(draw, AGE_TICK_MS);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) queue.set({ unseen: 0 });
  });
}

/** @param {Queue} queue */
const titleOf = ({ state: { unseen, query } }) =>
  `${unseen ? `(${unseen} new) ` : ''}${statusLabel(query.status)} · PrintLab`;

/**
 * A student has submitted something.
 * @param {Queue} queue
 * @param {JobCard[]} jobs
 */
function announce(queue, jobs) {
  const [first] = jobs;
  toast(jobs.length === 1 && first ? `New: ${first.student_name}` : `${plural(jobs.length, 'new job')}`);
  const { sound_enabled: sounds, sound_volume_percent: volume } = queue.state.desk;
  if (sounds) chime(volume);
  if (document.hidden) queue.set({ unseen: queue.state.unseen + jobs.length });
}

/** @param {Queue} queue */
async function refreshCatalog(queue) {
  try {
    queue.set({ catalog: await getCatalog() });
  } catch (error) {
    // The queue's own refresh tells that the server is away.
    if (!(error instanceof ApiError)) throw error;
  }
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
  toggleFilters: () => queue.set({ filtersShown: !queue.state.filtersShown }),
  showMore: () => void queue.showMore(),
  toggle: (id) => queue.toggle(id),
  see: (id, inSight) => queue.see(id, inSight),
  activate: (id) => queue.set({ active: id }),
  retryDetails: (job) => void queue.loadDetails(job),
  act: (modal, job) => act(queue, modal, job),
  download: (job, name) => orTell(name, async () => location.assign((await signFile(job.id, name)).url)),
  view: (job, name) => void viewModel(queue, job, name),
  showShortcuts,
  showDiagnostics: () => showDiagnostics(queue.state),
});

/**
 * @param {ScreenCommands} commands
 * @returns {(command: PageCommand, key: string) => void}
 */
const pageKeys = (commands) => (command, key) => ({
  search: () => document.getElementById('search')?.focus(),
  help: commands.showShortcuts,
  refresh: commands.refresh,
  toggleAll: commands.toggleAll,
  tab: () => commands.select(/** @type {typeof STATUSES[number]} */ (STATUSES[Number(key) - 1]).id),
})[command]();

/**
 * @param {Queue} queue
 * @param {ScreenCommands} commands
 * @returns {(command: CardCommand, id: string) => void}
 */
const cardKeys = (queue, commands) => (command, id) => {
  const job = queue.state.jobs?.find((each) => each.id === id);
  if (!job) return;
  const first = buttonsFor(job, queue.state.me, now()).find(({ place }) => place === 'card');
  ({
    toggle: () => commands.toggle(id),
    act: () => first && commands.act(first.modal, job),
    note: () => commands.act(note, job),
    open: () => orTell('The file', async () => commands.act(openFile((await getJob(id)).authoritative_filename), job)),
    view: () => orTell('The model', () => viewAny(queue, job)),
  })[command]();
};

/**
 * @param {Queue} queue
 * @param {SpecMaker} modal
 * @param {JobCard} job
 */
function act(queue, modal, job) {
  const { catalog, me, staff, desk: settings } = queue.state;
  const place = queue.state.jobs?.findIndex(({ id }) => id === job.id) ?? -1;
  openAction(modal, job, {
    catalog, me, staff, settings,
    onDone: (changed, card) => void queue.applied(changed, card.id).then(() => keepFocus(place)),
    onOutdated: () => void queue.refresh(),
    forceUnlock: (card) => act(queue, forceUnlock, card),
  });
}

/**
 * The card that had the focus may have left the tab: the keyboard goes on at the one that took its place.
 * @param {number} place
 */
function keepFocus(place) {
  if (document.activeElement !== document.body) return;
  const cards = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-job]')]);
  (cards[Math.min(place, cards.length - 1)] ?? document.getElementById('jobs'))?.focus();
}

/**
 * @param {Queue} queue
 * @param {JobCard} job
 */
async function viewAny(queue, job) {
  const { files } = await listFiles(job.id);
  const model = files.find(({ name }) => isModel(name));
  if (model) await viewModel(queue, job, model.name);
}

/**
 * @param {Queue} queue
 * @param {JobCard} job
 * @param {string} name
 */
async function viewModel(queue, job, name) {
  const { openModelViewer } = await import('../views/model_dialog.js');
  openModelViewer({
    name,
    url: async () => (await signFile(job.id, name)).url,
    printers: printersFor(queue.state.catalog, job.method),
    printer: job.printer,
    color: swatchOf(job.color),
  });
}

/**
 * @param {string} what could not be had
 * @param {() => Promise<void>} work
 */
async function orTell(what, work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(`${what} could not be fetched. ${error.message}`, 'bad');
  }
}

startStaffPage({ id: 'queue', title: 'PrintLab dashboard', skipTo: 'jobs', skipLabel: 'Skip to the jobs', open });
