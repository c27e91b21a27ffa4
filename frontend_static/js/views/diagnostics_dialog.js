/**
 * What helps to find out why something does not work: the session, what the page shows, the last calls, the
 * health of the lab's system. Without students' data, so that it can be sent to whoever looks after PrintLab.
 * @import {QueueState} from '../lib/queue.js'
 * @import {LoggedCall} from '../lib/request_log.js'
 */
import { ApiError } from '../lib/api.js';
import { now } from '../lib/clock.js';
import { openDialog } from '../lib/dialog.js';
import { html } from '../lib/html.js';
import { addressOf } from '../lib/query.js';
import { loggedCalls } from '../lib/request_log.js';
import * as session from '../lib/session.js';
import { getMetrics } from '../lib/staff_api.js';
import { toast } from '../lib/toast.js';
import { icons } from './icons.js';

/** @param {QueueState} state */
export function showDiagnostics(state) {
  let components = 'asking…';
  const dialog = openDialog({
    labelledBy: 'diagnostics-title',
    view: () => {
      const text = report(state, components);
      return html`
        <div class="dialog-head">
          <h2 id="diagnostics-title">Diagnostics</h2>
          <button class="button button-quiet button-icon" type="button" aria-label="Close" @click=${() => dialog.close()}>
            ${icons.close}
          </button>
        </div>
        <div class="dialog-body">
          <p>For whoever looks after PrintLab. It holds nothing about students.</p>
          <pre class="diagnostics" tabindex="0" aria-label="Report">${text}</pre>
        </div>
        <div class="dialog-foot">
          <button class="button" type="button" @click=${() => void copy(text)}>Copy</button>
        </div>`;
    },
  });
  void componentsNow().then((found) => {
    components = found;
    dialog.update();
  });
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast('Copied');
  } catch {
    toast('The browser did not allow it. Select the text and copy it by hand.', 'bad');
  }
}

async function componentsNow() {
  try {
    const { components } = (await getMetrics()).health;
    return Object.entries(components).map(([name, { status, latency_ms: ms }]) => `${name} ${status} (${ms} ms)`).join(', ');
  } catch (error) {
    if (error instanceof ApiError) return `no answer: ${error.code} ${error.message}`;
    throw error;
  }
}

/**
 * @param {QueueState} state
 * @param {string} components
 */
const report = (state, components) => [
  ['Page', `${location.origin}${location.pathname}, tab ${state.query.status}, sort ${state.query.sort}${
    addressOf(state.query).includes('&') ? ', filtered' : ''}`],
  ['Browser', `${navigator.userAgent}, ${innerWidth} × ${innerHeight}, ${navigator.onLine ? 'online' : 'offline'}`],
  ['Workstation', `${state.me.id} (${state.me.role}), session until ${session.current()?.expires_at ?? 'ended'}`],
  ['Clock', `this computer is ${Math.round((Date.now() - now()) / 1000)} s ahead of the server`],
  ['Catalog', `version ${state.catalog.version}`],
  ['Queue', `${state.jobs?.length ?? 0} of ${state.total} jobs shown, ${state.expanded.size} expanded, last refresh ${
    state.updatedAt ? new Date(state.updatedAt).toISOString() : 'never'}${state.error ? `, error: ${state.error}` : ''}`],
  ['Components', components],
].map(([name, text]) => `${name}: ${text}`).concat('', 'Last calls:', ...loggedCalls().map(callLine)).join('\n');

/** @param {LoggedCall} call */
const callLine = ({ at, method, path, status, ms, requestId }) =>
  `${new Date(at).toISOString().slice(11, 19)} ${method} ${path} ${status || 'no answer'} ${ms} ms ${requestId}`.trimEnd();
