/**
 * The lab's settings: all of them in one form, saved together in somebody's name.
 * @import {SettingsView} from '../../contract.d.ts'
 * @import {ApiError} from '../../lib/api.js'
 * @import {Draft, SettingField} from '../../lib/admin/settings_fields.js'
 */
import { getSettings, saveSettings } from '../../lib/admin/api.js';
import { Section } from '../../lib/admin/section.js';
import { changed, draftOf, merged, problemOf, SETTING_GROUPS, spoken, updateOf } from '../../lib/admin/settings_fields.js';
import { dateTime } from '../../lib/format.js';
import { html, live, nothing } from '../../lib/html.js';
import { notice } from '../notice.js';
import { inactiveNames, nameOf } from '../staff_name.js';
import { openForm } from './form_dialog.js';
import { saveBar } from './save_bar.js';

/** @param {SettingField} field */
const unitOf = ({ kind, unit }) => {
  if (kind === 'money') return 'US dollars';
  return kind === 'integer' ? (unit === 'percent' ? unit : `${unit}s`) : '';
};

export class SettingsSection extends Section {
  /** What is stored, as far as this page knows. @type {SettingsView | null} */ #stored = null;
  /** @type {Draft} */ #draft = {};
  /** What the server refused. @type {Record<string, string>} */ #refused = {};
  /** What somebody else saved meanwhile. @type {{theirs: SettingField[], contested: SettingField[]} | null} */
  #conflict = null;

  /** @override */
  get dirty() {
    return this.#changes().length > 0;
  }

  /** @override */
  async read() {
    const settings = await getSettings();
    if (this.dirty) return;
    this.#stored = settings;
    this.#draft = draftOf(settings);
  }

  #base() {
    return this.#stored ? draftOf(this.#stored) : {};
  }

  #changes() {
    return this.#stored ? changed(this.#base(), this.#draft) : [];
  }

  /** @override */
  body() {
    const changes = this.#changes();
    return html`
      ${this.#conflictNotice()}
      ${this.#lastChange()}
      <form class="section-form" novalidate @submit=${this.#onSubmit}>
        ${SETTING_GROUPS.map(({ title, fields }) => html`
          <section class="panel section-panel">
            <h2>${title}</h2>
            <div class="settings-grid">${fields.map((field) => this.#field(field))}</div>
          </section>`)}
        ${saveBar(changes.length, this.#discard)}
      </form>`;
  }

  /** @param {SettingField} field */
  #field(field) {
    const { name, hint, kind } = field;
    return html`
      <div class="field">
        ${kind === 'switch' ? this.#switch(field) : this.#entry(field)}
        <p class="field-hint" id="setting-${name}-hint">${hint}</p>
        <p class="field-error" id="setting-${name}-error">${this.#errorOf(field)}</p>
      </div>`;
  }

  /** @param {SettingField} field */
  #switch({ name, label }) {
    const on = this.#draft[name] === 'true';
    return html`
      <span class="label" id="setting-${name}-label">${label}</span>
      <label class="choice">
        <input type="checkbox" id="setting-${name}" .checked=${live(on)} @change=${() => this.#type(name, String(!on))}
          aria-labelledby="setting-${name}-label" aria-describedby="setting-${name}-hint">
        <span>${on ? 'On' : 'Off'}</span>
      </label>`;
  }

  /** @param {SettingField} field */
  #entry(field) {
    const { name, label } = field;
    const unit = unitOf(field);
    return html`
      <label for="setting-${name}">${label}${unit ? html` <span class="soft">(${unit})</span>` : nothing}</label>
      ${this.#control(field, this.#draft[name] ?? '', this.#errorOf(field))}`;
  }

  /**
   * @param {SettingField} field
   * @param {string} text
   * @param {string} error
   */
  #control({ name, kind, max }, text, error) {
    const described = `setting-${name}-hint setting-${name}-error`;
    const type = (/** @type {Event} */ event) => this.#type(name, /** @type {HTMLInputElement} */ (event.target).value);
    if (kind === 'lines') {
      return html`<textarea id="setting-${name}" rows="3" spellcheck="false" .value=${live(text)} @input=${type}
        aria-describedby=${described} aria-invalid=${error ? 'true' : nothing}></textarea>`;
    }
    return html`<input id="setting-${name}" autocomplete="off"
      inputmode=${kind === 'text' ? 'text' : kind === 'money' ? 'decimal' : 'numeric'}
      maxlength=${kind === 'text' ? max : nothing} .value=${live(text)} @input=${type}
      aria-describedby=${described} aria-invalid=${error ? 'true' : nothing}>`;
  }

  /** @param {SettingField} field */
  #errorOf(field) {
    return this.#problemOf(field) || this.#refusalOf(field.name);
  }

  /** What stands there already was accepted once: only what is typed is judged. @param {SettingField} field */
  #problemOf(field) {
    const text = this.#draft[field.name] ?? '';
    return text === this.#base()[field.name] ? '' : problemOf(field, text);
  }

  /** A refusal of one network names the list and the network's place in it. @param {string} name */
  #refusalOf(name) {
    const found = Object.entries(this.#refused).find(([path]) => path === name || path.startsWith(`${name}.`));
    return found ? found[1] : '';
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #type(name, text) {
    this.#draft = { ...this.#draft, [name]: text };
    this.#refused = {};
    this.office.redraw();
  }

  #discard = () => {
    this.#draft = this.#base();
    this.#refused = {};
    this.#conflict = null;
    this.office.redraw();
  };

  /** @param {SubmitEvent} event */
  #onSubmit = (event) => {
    event.preventDefault();
    if (this.#changes().some((field) => this.#problemOf(field))) {
      this.#focusFirstProblem();
      return;
    }
    const [draft, changes, stored] = [this.#draft, this.#changes(), this.#stored];
    if (!stored || !changes.length) return;
    const review = reviewOf(this.#base(), draft, changes);
    openForm(this.office.shell.staff, {
      title: 'Save the settings',
      submitLabel: 'Save settings',
      body: () => review,
      send: (staffName) => saveSettings({ staff_name: staffName, ...updateOf(changes, draft) }, stored.version),
      done: () => 'The settings are saved.',
      onDone: (settings) => this.#saved(settings),
      onRefused: (error) => this.#onRefused(error),
    });
  };

  /** @param {SettingsView} settings */
  #saved(settings) {
    this.#stored = settings;
    this.#draft = draftOf(settings);
    this.#conflict = null;
    this.office.shell.desk.environment_banner = settings.environment_banner;
    this.office.redraw();
  }

  /** @param {ApiError} error */
  #onRefused(error) {
    if (error.status === 412) return () => void this.attempt(() => this.#takeTheirs());
    if (!Object.keys(error.fields).some((path) => path !== 'staff_name')) return null;
    return () => {
      this.#refused = error.fields;
      this.office.redraw();
      this.#focusFirstProblem();
    };
  }

  /** Somebody else was faster: their values come in, what was typed here stays. */
  async #takeTheirs() {
    const settings = await getSettings();
    const { draft, ...conflict } = merged(this.#base(), this.#draft, draftOf(settings));
    this.#stored = settings;
    this.#draft = draft;
    this.#conflict = conflict;
    this.office.redraw();
    document.querySelector('.section-conflict')?.scrollIntoView({ block: 'center' });
  }

  #lastChange() {
    const { updated_by: by, updated_at: at } = this.#stored ?? {};
    if (!by || !at) return nothing;
    return html`<p class="soft">Last changed by ${nameOf(by, inactiveNames(this.office.shell.staff))}, ${dateTime(at)}.</p>`;
  }

  #conflictNotice() {
    if (!this.#conflict) return nothing;
    const base = this.#base();
    const { theirs, contested } = this.#conflict;
    return html`<div class="section-conflict">${notice('warn', `${this.#stored?.updated_by ?? 'Somebody else'} saved the settings in the meantime`, html`
      <p>Your entries are still here and not saved. Look them over and save again.</p>
      <ul class="bullets">${theirs.map((field) => html`<li>${field.label}: now ${spoken(field, base[field.name] ?? '')}${
        contested.includes(field) ? html`. <b>You have typed something else; saving replaces theirs.</b>`
          : nothing}</li>`)}</ul>`)}</div>`;
  }

  #focusFirstProblem() {
    const first = document.querySelector('.section-form [aria-invalid="true"]');
    if (first instanceof HTMLElement) first.focus();
  }
}

/**
 * @param {Draft} before
 * @param {Draft} after
 * @param {readonly SettingField[]} changes
 */
const reviewOf = (before, after, changes) => html`
  <p>They hold at once, for everybody.</p>
  <ul class="rows changes">${changes.map((field) => html`
    <li>
      <span>${field.label}</span>
      <span><s class="soft">${spoken(field, before[field.name] ?? '')}</s> → <b>${spoken(field, after[field.name] ?? '')}</b></span>
    </li>`)}</ul>`;
