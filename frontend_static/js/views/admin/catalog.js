/**
 * The catalog editor: printers, materials and colors, methods; a preview of what the form will offer.
 * @import {Catalog} from '../../contract.d.ts'
 * @import {ApiError} from '../../lib/api.js'
 * @import {CatalogDraft} from '../../lib/admin/catalog_rules.js'
 * @import {Kind} from '../../lib/admin/catalog_changes.js'
 */
import { saveCatalog } from '../../lib/admin/api.js';
import { catalogChanges, mergedCatalogs } from '../../lib/admin/catalog_changes.js';
import { catalogOf, catalogProblems, draftOfCatalog } from '../../lib/admin/catalog_rules.js';
import { Section } from '../../lib/admin/section.js';
import { plural } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { getCatalog } from '../../lib/student_api.js';
import { notice } from '../notice.js';
import { newEntry, rowView } from './catalog_rows.js';
import { offerPreview } from './catalog_preview.js';
import { openForm } from './form_dialog.js';
import { saveBar } from './save_bar.js';

/** @type {readonly {id: Kind, label: string, one: string}[]} */
const PARTS = [
  { id: 'printers', label: 'Printers', one: 'printer' },
  { id: 'materials', label: 'Materials and colors', one: 'material' },
  { id: 'methods', label: 'Methods', one: 'method' },
];

export class CatalogSection extends Section {
  /** What is stored, as far as this page knows. @type {Catalog | null} */ #stored = null;
  /** @type {CatalogDraft} */ #draft = { methods: [], printers: [], materials: [] };
  /** @type {Kind} */ #part = 'printers';
  /** Whether problems are shown: not before somebody wanted to save. */ #checked = false;
  /** @type {Record<string, string>} */ #refused = {};
  /** What somebody else changed meanwhile, in sentences. @type {string[]} */ #theirs = [];

  /** @override */
  get dirty() {
    return this.#changes().length > 0;
  }

  /** @override */
  async read() {
    const catalog = await getCatalog();
    if (this.dirty) return;
    this.#stored = catalog;
    this.#draft = draftOfCatalog(catalog);
  }

  #base() {
    return this.#stored ? draftOfCatalog(this.#stored) : this.#draft;
  }

  #changes() {
    return catalogChanges(this.#base(), this.#draft);
  }

  #problems() {
    return this.#checked ? { ...this.#refused, ...catalogProblems(this.#draft) } : {};
  }

  /** @override */
  body() {
    const [changes, problems] = [this.#changes(), this.#problems()];
    return html`
      ${this.#theirs.length ? html`<div class="section-conflict">${notice('warn',
        'Somebody else saved the catalog in the meantime', html`
        <p>Their changes are in the list now; yours are still here and not saved. Look it over and save again.</p>
        <ul class="bullets">${this.#theirs.map((change) => html`<li>${change}</li>`)}</ul>`)}</div>` : nothing}
      <form class="section-form" novalidate @submit=${this.#onSubmit}>
        ${this.#parts(problems)}
        ${problems['methods'] ? notice('bad', 'Nobody could submit', problems['methods']) : nothing}
        <div class="catalog-rows">${this.#rows(problems)}</div>
        <p><button class="button" type="button"
          @click=${this.#add}>Add a ${PARTS.find(({ id }) => id === this.#part)?.one}</button></p>
        ${offerPreview(this.#draft)}
        ${saveBar(changes.length, this.#discard)}
      </form>`;
  }

  /** @param {Record<string, string>} problems */
  #parts(problems) {
    return html`
      <div class="parts" role="group" aria-label="Part of the catalog">
        ${PARTS.map(({ id, label }) => {
          const wrong = Object.keys(problems).filter((path) => path.startsWith(`${id}.`)).length;
          return html`<button class="part" type="button" aria-pressed=${id === this.#part} @click=${() => this.#show(id)}>
            ${label} <span class="badge">${this.#draft[id].length}</span>
            ${wrong ? html`<span class="badge badge-red">${plural(wrong, 'problem')}</span>` : nothing}</button>`;
        })}
      </div>`;
  }

  /** @param {Record<string, string>} problems */
  #rows(problems) {
    return this.#draft[this.#part].map((entry, index) => rowView(this.#part, entry, {
      path: `${this.#part}.${index}`,
      methods: this.#draft.methods.map(({ id }) => id),
      problem: (field) => problemAt(problems, `${this.#part}.${index}.${field}`),
      change: (changes) => this.#change(index, changes),
      remove: () => this.#remove(index),
    }));
  }

  /** @param {Kind} part */
  #show(part) {
    this.#part = part;
    this.office.redraw();
  }

  /**
   * @param {number} index
   * @param {Record<string, unknown>} changes
   */
  #change(index, changes) {
    this.#set(this.#draft[this.#part].map((entry, place) => (place === index ? { ...entry, ...changes } : entry)));
  }

  /** @param {number} index */
  #remove(index) {
    this.#set(this.#draft[this.#part].filter((_, place) => place !== index));
  }

  #add = () => {
    this.#set([...this.#draft[this.#part], newEntry(this.#part, this.#draft)]);
    const last = document.querySelector('.catalog-row:last-child input');
    if (last instanceof HTMLElement) last.focus();
  };

  /** @param {unknown[]} entries */
  #set(entries) {
    this.#draft = { ...this.#draft, [this.#part]: entries };
    this.#refused = {};
    this.office.redraw();
  }

  #discard = () => {
    this.#draft = this.#base();
    [this.#refused, this.#theirs, this.#checked] = [{}, [], false];
    this.office.redraw();
  };

  /** @param {SubmitEvent} event */
  #onSubmit = (event) => {
    event.preventDefault();
    this.#checked = true;
    if (Object.keys(this.#problems()).length) {
      this.#showFirstProblem();
      return;
    }
    const [stored, draft, changes] = [this.#stored, this.#draft, this.#changes()];
    if (!stored || !changes.length) return;
    openForm(this.office.shell.staff, {
      title: 'Save the catalog',
      submitLabel: 'Save catalog',
      body: () => html`
        <p>The form for students offers it at once. Jobs that are in the lab keep their printer, color and price.</p>
        <ul class="rows changes">${changes.map((change) => html`<li>${change}</li>`)}</ul>`,
      send: (staffName) => saveCatalog({ staff_name: staffName, ...catalogOf(draft) }, stored.version),
      done: (catalog) => `The catalog is saved: version ${catalog.version}.`,
      onDone: (catalog) => {
        this.#stored = catalog;
        this.#draft = draftOfCatalog(catalog);
        [this.#theirs, this.#checked] = [[], false];
        this.office.redraw();
      },
      onRefused: (error) => this.#onRefused(error),
    });
  };

  /** @param {ApiError} error */
  #onRefused(error) {
    if (error.status === 412) return () => void this.attempt(() => this.#takeTheirs());
    if (!Object.keys(error.fields).some((path) => path !== 'staff_name')) return null;
    return () => {
      this.#refused = error.fields;
      this.#showFirstProblem();
    };
  }

  /** Somebody else was faster: both people's changes stay. */
  async #takeTheirs() {
    const catalog = await getCatalog();
    const [base, theirs] = [this.#base(), draftOfCatalog(catalog)];
    this.#theirs = catalogChanges(base, theirs);
    this.#draft = mergedCatalogs(base, this.#draft, theirs);
    this.#stored = catalog;
    this.office.redraw();
    document.querySelector('.section-conflict')?.scrollIntoView({ block: 'center' });
  }

  /** Opens the part where the first problem is, and puts the cursor there. */
  #showFirstProblem() {
    const [path = ''] = Object.keys(this.#problems());
    const part = PARTS.find(({ id }) => path.startsWith(`${id}.`));
    if (part) this.#part = part.id;
    this.office.redraw();
    const field = document.querySelector('.catalog-rows [aria-invalid="true"]');
    if (field instanceof HTMLElement) field.focus();
  }
}

/**
 * The message at a field, or at a part of it (one size, one color).
 * @param {Record<string, string>} problems
 * @param {string} path
 */
const problemAt = (problems, path) =>
  problems[path] ?? Object.entries(problems).find(([at]) => at.startsWith(`${path}.`))?.[1] ?? '';
