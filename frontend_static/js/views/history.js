/**
 * A job's events, newest first.
 * @import {Event} from '../contract.d.ts'
 */
import { eventDetails, eventTitle } from '../lib/event_text.js';
import { dateTime } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';
import { nameOf } from './staff_name.js';

/** @type {Record<string, string>} */
const ACTORS = { student: 'the student', system: 'the system' };

/**
 * @param {Event[]} events
 * @param {ReadonlySet<string>} inactive names of staff who have left
 */
export const historyView = (events, inactive) => html`
  <ol class="rows history">
    ${[...events].sort((a, b) => b.id.localeCompare(a.id)).map((event) => eventView(event, inactive))}
  </ol>`;

/**
 * @param {Event} event
 * @param {ReadonlySet<string>} inactive
 */
const eventView = (event, inactive) => {
  const details = eventDetails(event);
  const by = event.triggered_by;
  return html`
    <li>
      <p><b>${eventTitle(event.event_type)}</b>${details ? html` <span>${details}</span>` : nothing}</p>
      <p class="soft">
        <time datetime=${event.timestamp}>${dateTime(event.timestamp)}</time>
        by ${ACTORS[by] ?? nameOf(by, inactive)}${event.workstation_id ? ` on ${event.workstation_id}` : ''}
      </p>
    </li>`;
};
