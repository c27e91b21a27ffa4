/**
 * What the lab did.
 * @import {StaffShell} from '../lib/staff_shell.js'
 * @import {AnalyticsState} from '../views/analytics/screen.js'
 * @import {AnalyticsView} from '../lib/analytics/query.js'
 */
import { getFigures } from '../lib/analytics/api.js';
import { paramsOf, parseView } from '../lib/analytics/query.js';
import { ApiError } from '../lib/api.js';
import { now } from '../lib/clock.js';
import { startPolling } from '../lib/polling.js';
import { startStaffPage } from '../lib/staff_shell.js';
import { createStore } from '../lib/store.js';
import { getCatalog } from '../lib/student_api.js';
import { analyticsScreen } from '../views/analytics/screen.js';
import { freshness } from '../views/freshness.js';

/** Figures of days need not be fresher; an unchanged answer is not sent again. */
const REFRESH_MS = 120_000;

const viewOfAddress = () => parseView(new URLSearchParams(location.search));

/** @param {StaffShell} shell */
async function open(shell) {
  /** @type {import('../lib/store.js').Store<AnalyticsState>} */
  const store = createStore(/** @type {AnalyticsState} */ ({
    catalog: await getCatalog(), view: viewOfAddress(), figures: null, loading: true, error: '', updatedAt: null,
  }));
  const refresh = () => load(store);
  const commands = { refresh: () => void refresh(),
    change: (/** @type {Partial<AnalyticsView>} */ changes) => change(store, changes) };
  const draw = () => shell.show(analyticsScreen(store.get(), now(), commands), freshness(store.get(), commands.refresh));
  store.subscribe(draw);
  shell.onChange = draw;
  addEventListener('popstate', () => {
    store.set({ view: viewOfAddress() });
    void refresh();
  });
  draw();
  void refresh();
  startPolling(refresh, REFRESH_MS);
}

/**
 * The old figures stay until the new ones are there; an answer to what is no longer asked comes to nothing.
 * @param {import('../lib/store.js').Store<AnalyticsState>} store
 */
async function load(store) {
  const { view } = store.get();
  store.set({ loading: true });
  try {
    const figures = await getFigures(view);
    if (view === store.get().view) store.set({ figures, loading: false, error: '', updatedAt: now() });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (view === store.get().view) store.set({ loading: false, error: error.message });
  }
}

/**
 * @param {import('../lib/store.js').Store<AnalyticsState>} store
 * @param {Partial<AnalyticsView>} changes
 */
function change(store, changes) {
  const view = { ...store.get().view, ...changes };
  history.pushState(null, '', `?${paramsOf(view)}`);
  store.set({ view });
  void load(store);
}

startStaffPage({ id: 'analytics', title: 'PrintLab analytics', skipTo: 'figures', skipLabel: 'Skip to the figures', open });
