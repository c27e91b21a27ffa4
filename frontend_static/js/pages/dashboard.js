/**
 * The staff dashboard: log-in, then the queue.
 * @import {JobCard} from '../contract.d.ts'
 * @import {Desk, SpecMaker} from '../views/modals/action.js'
 * @import {ScreenCommands} from '../views/queue_screen.js'
 */
import { ApiError } from '../lib/api.js';
import { forgetName } from '../lib/attribution.js';
import { now } from '../lib/clock.js';
import { html, render } from '../lib/html.js';
import { createLogIn } from '../lib/log_in.js';
import { Navigation, queryOfAddress } from '../lib/navigation.js';
import { startPolling } from '../lib/polling.js';
import { Queue } from '../lib/queue.js';
import * as session from '../lib/session.js';
import { listStaff, logOut, onSessionEnd, signFile } from '../lib/staff_api.js';
import { statusLabel } from '../lib/status.js';
import { getCatalog } from '../lib/student_api.js';
import { toast } from '../lib/toast.js';
import { logInAgain } from '../views/login_dialog.js';
import { loginForm } from '../views/login_form.js';
import { failed, loading } from '../views/message.js';
import { openAction } from '../views/modals/action.js';
import { forceUnlock } from '../views/modals/index.js';
import { queueScreen } from '../views/queue_screen.js';

const REFRESH_MS = 45_000;
/** How often ages in words are brought up to date. */
const AGE_TICK_MS = 30_000;

const app = /** @type {HTMLElement} */ (document.getElementById('app'));

function showLogin() {
  const login = createLogIn(draw, start);
  function draw() {
    render(html`
      <main class="login">
        <h1>PrintLab dashboard</h1>
        <div class="panel">${loginForm(login.state, login.submit)}</div>
      </main>`, app);
  }
  draw();
  document.getElementById(login.state.workstationId ? 'password' : 'workstation_id')?.focus();
}

async function start() {
  const current = session.current();
  if (!current || Date.parse(current.expires_at) < now()) {
    showLogin();
    return;
  }
  render(html`<main class="login">${loading('Opening the queue…')}</main>`, app);
  try {
    const [{ staff }, catalog] = await Promise.all([listStaff(), getCatalog()]);
    const { workstation: me } = session.current() ?? current;
    showQueue(new Queue({ me, staff, catalog, query: queryOfAddress() }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) leave();
    else render(html`<main class="login">${failed(error.message, start)}</main>`, app);
  }
}

/** Forgets the session and shows the log-in. */
function leave() {
  session.forget();
  forgetName();
  location.assign('/dashboard');
}

/** @param {Queue} queue */
function showQueue(queue) {
  const commands = commandsOf(queue, new Navigation(queue));
  const draw = () => {
    document.title = `${statusLabel(queue.state.query.status)} · PrintLab`;
    render(queueScreen(queue.state, now(), commands), app);
  };
  queue.subscribe(draw);
  onSessionEnd(async () => {
    await logInAgain();
    queue.set({ me: session.current()?.workstation ?? queue.state.me });
  });
  draw();
  void queue.refresh();
  startPolling(() => queue.refresh(), REFRESH_MS);
  setInterval(draw, AGE_TICK_MS);
}

/**
 * @param {Queue} queue
 * @param {Navigation} navigation
 * @returns {ScreenCommands}
 */
const commandsOf = (queue, navigation) => ({
  refresh: () => void queue.refresh(),
  logOut: () => void logOut().catch(() => undefined).finally(leave),
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

onSessionEnd(logInAgain);
session.onChangeElsewhere((changed) => {
  if (!changed) location.reload();
});
void start();
