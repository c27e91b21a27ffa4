/**
 * A job in the queue.
 * @import {JobCard} from '../contract.d.ts'
 * @import {Details} from '../lib/queue.js'
 * @import {CardContext} from './card_button.js'
 */
import { age, ageLevel, dateTime, money, plural, printTime, weight } from '../lib/format.js';
import { classMap, html, nothing } from '../lib/html.js';
import { SETTLED } from '../lib/status.js';
import { actionButton } from './card_button.js';
import { detailsView } from './card_details.js';
import { fileName } from './file_name.js';
import { icons } from './icons.js';
import { buttonsFor } from './modals/index.js';
import { colorName } from './swatch.js';
import { thumbnail } from './thumbnail.js';

/**
 * @param {JobCard} job
 * @param {Details | undefined} details  loaded or on their way; undefined before
 * @param {boolean} expanded
 * @param {CardContext} context
 */
export const card = (job, details, expanded, context) => {
  const buttons = buttonsFor(job, context.me, context.now);
  const isNew = job.status === 'UPLOADED' && !job.reviewed;
  const classes = { 'card': true, 'card-new': isNew, 'card-locked': Boolean(job.lock && !job.lock.mine) };
  return html`
    <article class=${classMap(classes)} aria-labelledby="name-${job.id}" data-job=${job.id}
      tabindex=${context.active === job.id ? 0 : -1} @focusin=${() => context.commands.activate(job.id)}
      @contentvisibilityautostatechange=${(/** @type {ContentVisibilityAutoStateChangeEvent} */ event) =>
        context.commands.see(job.id, !event.skipped)}>
      <div class="card-top">
        ${thumbnail(job)}
        <div class="card-head">
          <div class="card-line">
            <h3 class="card-name" id="name-${job.id}">${job.student_name}</h3>
            ${ageBadge(job, context.now)}
          </div>
          <p class="card-file">${fileName(job.display_name)}</p>
          ${flags(job, isNew)}
        </div>
      </div>
      ${facts(job)}
      <div class="card-actions">
        ${buttons.filter(({ place }) => place === 'card').map((button) => actionButton(button, job, context.commands))}
        <button class="button button-quiet toggle" type="button" aria-expanded=${expanded} aria-controls="details-${job.id}"
          aria-label="Details: ${job.student_name}" @click=${() => context.commands.toggle(job.id)}>
          Details ${icons.chevron}
        </button>
      </div>
      <div id="details-${job.id}" ?hidden=${!expanded}>
        ${expanded ? detailsView(job, details, buttons.filter(({ place }) => place === 'more'), context) : nothing}
      </div>
    </article>`;
};

/**
 * @param {JobCard} job
 * @param {number} now
 */
const ageBadge = ({ status, created_at: at }, now) => {
  const color = SETTLED.has(status) ? '' : `badge-${ageLevel(at, now)}`;
  return html`
    <time class="badge numbers ${color}" datetime=${at} title="Submitted ${dateTime(at)}">${age(at, now)}</time>`;
};

/** A failure is of interest until the print has succeeded. @type {ReadonlySet<string>} */
const TO_BE_PRINTED = new Set(['READYTOPRINT', 'PRINTING']);

/** @param {number} count */
const times = (count) => (count === 1 ? 'once' : plural(count, 'time'));

/**
 * @param {JobCard} job
 * @param {boolean} isNew
 */
const flags = (job, isNew) => html`
  <p class="badges">
    ${isNew ? html`<span class="badge badge-new">NEW</span>` : nothing}
    ${job.status === 'UPLOADED' && job.doubts.length
      ? html`<span class="badge badge-orange">${icons.alert} Check ${job.doubts.join(' and ')}</span>` : nothing}
    ${job.failed_prints && TO_BE_PRINTED.has(job.status)
      ? html`<span class="badge badge-orange">${icons.alert} Failed ${times(job.failed_prints)}</span>` : nothing}
    ${job.lock ? html`<span class="badge badge-orange">${icons.lock} ${job.lock.mine
      ? 'Open on this workstation' : `${job.lock.locked_by} has it open on ${job.lock.workstation_name}`}</span>` : nothing}
    ${job.confirmation.expired && job.status === 'PENDING'
      ? html`<span class="badge badge-yellow">${icons.alert} Confirmation expired</span>` : nothing}
    ${job.notes_count ? html`<span class="badge">${icons.note} ${plural(job.notes_count, 'note')}</span>` : nothing}
  </p>`;

/** @param {JobCard} job */
const facts = (job) => html`
  <p class="card-facts">
    <span><span class="visually-hidden">Printer:</span> ${job.printer_name}</span>
    <span><span class="visually-hidden">Color:</span> ${colorName(job.color)}</span>
    <span><span class="visually-hidden">Discipline:</span> ${job.discipline} <span class="soft">${job.class_number}</span></span>
    ${price(job)}
  </p>`;

/** What was paid once it is paid: at the counter the model is weighed again. @param {JobCard} job */
const price = (job) => {
  const { cost_cents: cost, paid_cents: paid } = job;
  if (paid !== null) return html`<span class="numbers"><span class="card-cost">Paid ${money(paid)}</span></span>`;
  if (cost === null) return nothing;
  return html`
    <span class="numbers"><span class="visually-hidden">Price:</span> <span class="card-cost">${money(cost)}</span>
      <span class="soft">${measures(job)}</span></span>`;
};

/** @param {JobCard} job */
const measures = ({ weight_g: grams, time_hours: hours }) =>
  [grams === null ? '' : weight(grams), hours === null ? '' : printTime(hours)].filter(Boolean).join(', ');
