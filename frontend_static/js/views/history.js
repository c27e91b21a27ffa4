/**
 * A job's events, newest first.
 * @import {Catalog, Event} from '../contract.d.ts'
 */
import { eventDetails, eventTitle } from '../lib/event_text.js';
import { dateTime } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';
import { nameOf } from './staff_name.js';

/** Sent by the mail function, whoever's act they follow. */
const MAILS = new Set(['EmailSent', 'EmailFailed']);

/**
 * @param {Event[]} events
 * @param {ReadonlySet<string>} inactive names of staff who have left
 * @param {Catalog} catalog
 */
export const historyView = (events, inactive, catalog) => html`
  <ol class="rows history">
    ${[...events].sort((a, b) => b.id.localeCompare(a.id)).map((event) => eventView(event, inactive, catalog))}
  </ol>`;

/**
 * @param {Event} event
 * @param {ReadonlySet<string>} inactive
 * @param {Catalog} catalog
 */
const eventView = (event, inactive, catalog) => {
  const details = eventDetails(event, catalog);
  return html`
    <li>
      <p><b>${eventTitle(event.event_type)}</b>${details ? html`: <span>${details}</span>` : nothing}</p>
      <p class="soft">
        <time datetime=${event.timestamp}>${dateTime(event.timestamp)}</time>
        ${whoDid(event, inactive)}
      </p>
    </li>`;
};

/**
 * @param {Event} event
 * @param {ReadonlySet<string>} inactive
 */
const whoDid = ({ event_type: type, triggered_by: by, workstation_name: place }, inactive) => {
  if (MAILS.has(type)) return 'by the system';
  return `by ${nameOf(by, inactive)}${place ? ` on ${place}` : ''}`;
};
