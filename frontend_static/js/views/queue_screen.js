/**
 * What the dashboard shows inside the staff frame.
 * @import {Status} from '../contract.d.ts'
 * @import {QueueState} from '../lib/queue.js'
 * @import {CardCommands} from './card_button.js'
 * @import {ToolbarCommands} from './toolbar.js'
 */
import { html } from '../lib/html.js';
import { jobList } from './job_list.js';
import { inactiveNames } from './staff_name.js';
import { tabs } from './tabs.js';
import { toolbar } from './toolbar.js';

/**
 * @typedef {Object} OwnCommands
 * @property {() => void} refresh
 * @property {() => void} showMore
 * @property {() => void} showShortcuts
 * @property {() => void} showDiagnostics
 * @property {(status: Status) => void} select
 */

/** @typedef {OwnCommands & ToolbarCommands & CardCommands} ScreenCommands  everything one can do on the screen */

/**
 * @param {QueueState} state
 * @param {number} now ms
 * @param {ScreenCommands} commands
 */
export const queueScreen = (state, now, commands) => {
  const inactive = inactiveNames(state.staff);
  return html`
    <h1 class="visually-hidden">Print queue</h1>
    <div class="sticky">${tabs(state, commands.select)}</div>
    ${toolbar(state, commands)}
    ${jobList(state, { me: state.me, catalog: state.catalog, now, inactive, commands }, commands)}
    <footer class="queue-foot" ?hidden=${!state.jobs}>
      <button class="button button-quiet" type="button" @click=${commands.showShortcuts}>Keyboard <kbd>?</kbd></button>
      <button class="button button-quiet" type="button" @click=${commands.showDiagnostics}>Diagnostics</button>
    </footer>`;
};
