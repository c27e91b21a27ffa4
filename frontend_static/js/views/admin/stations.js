/**
 * Workstations: the computers that may log in.
 * @import {StationView} from '../../contract.d.ts'
 */
import { addStation, changeStation, listStations } from '../../lib/admin/api.js';
import { Section } from '../../lib/admin/section.js';
import { plural } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { notice } from '../notice.js';
import { openForm } from './form_dialog.js';
import { passwordField, ROLES, roleField, sharePathField, stationIdField, stationNameField } from './station_fields.js';

export class StationsSection extends Section {
  /** @type {StationView[]} */ #stations = [];

  /** @override */
  async read() {
    this.#stations = (await listStations()).workstations;
  }

  /** @override */
  body() {
    return html`
      <section class="panel section-panel">
        <div class="section-line">
          <h2>${plural(this.#stations.length, 'workstation')}</h2>
          <button class="button button-primary" type="button" @click=${this.#add}>Add a workstation…</button>
        </div>
        <ul class="rows">${this.#stations.map((station) => this.#row(station))}</ul>
      </section>`;
  }

  /** @param {StationView} station */
  #row(station) {
    const { id, display_name: name, role, disabled, share_path: path } = station;
    const own = id === this.office.shell.me.id;
    /** @param {string} label @param {() => void} act */
    const button = (label, act) => html`
      <button class="button" type="button" aria-label=${`${label} ${name}…`} @click=${act}>${label}…</button>`;
    return html`
      <li>
        <div class="row-text">
          <b>${name}</b> <span class="badge ${role === 'admin' ? 'badge-accent' : ''}">${ROLES[role]}</span>
          ${disabled ? html`<span class="badge badge-red">disabled</span>` : nothing}
          ${own ? html`<span class="badge badge-green">this one</span>` : nothing}
          <p class="soft">Logs in as <code>${id}</code>${path ? html`, finds the lab share at <code>${path}</code>`
            : nothing}</p>
        </div>
        <div class="actions">
          ${button('Edit', () => this.#edit(station))}
          ${button('New password', () => this.#newPassword(station))}
          ${button(disabled ? 'Enable' : 'Disable', () => this.#setDisabled(station))}
        </div>
      </li>`;
  }

  #add = () => openForm(this.office.shell.staff, {
    title: 'Add a workstation',
    submitLabel: 'Add workstation',
    body: (errors, form) => html`
      ${stationNameField('', errors)} ${stationIdField(errors)} ${roleField('staff', errors)} ${sharePathField('', errors)}
        ${passwordField(errors, form)}`,
    send: (staffName, form) => addStation({
      staff_name: staffName, id: String(form.get('id')).trim(), display_name: String(form.get('display_name')).trim(),
      role: /** @type {StationView['role']} */ (form.get('role')), share_path: String(form.get('share_path')).trim(),
      password: String(form.get('password')),
    }),
    done: (station) => `${station.display_name} can log in as ${station.id}.`,
    onDone: () => void this.load(),
  });

  /** @param {StationView} station */
  #edit(station) {
    openForm(this.office.shell.staff, {
      title: `Edit ${station.display_name}`,
      submitLabel: 'Save',
      body: (errors, form) => html`
        ${stationNameField(station.display_name, errors)} ${roleField(station.role, errors)}
          ${sharePathField(station.share_path, errors)}
        ${form.get('role') && form.get('role') !== station.role
          ? notice('warn', 'Another role logs the workstation out at once',
          'Whoever works there has to log in again.') : nothing}`,
      send: (staffName, form) => changeStation(station.id, {
        staff_name: staffName, display_name: String(form.get('display_name')).trim(),
          share_path: String(form.get('share_path')).trim(),
        // A role that is sent ends the sessions, also when it stays the same.
        ...(form.get('role') !== station.role && { role: /** @type {StationView['role']} */ (form.get('role')) }),
      }),
      done: (changed) => `${changed.display_name} is saved.`,
      onDone: () => void this.load(),
    });
  }

  /** @param {StationView} station */
  #newPassword(station) {
    openForm(this.office.shell.staff, {
      title: `New password for ${station.display_name}`,
      submitLabel: 'Set password',
      tone: 'danger',
      body: (errors, form) => html`
        ${notice('warn', 'The workstation is logged out at once', 'The old password is of no use from now on.')}
        ${passwordField(errors, form)}`,
      send: (staffName, form) => changeStation(station.id,
        { staff_name: staffName, password: String(form.get('password')) }),
      done: (changed) => `${changed.display_name} has a new password.`,
      onDone: () => void this.load(),
    });
  }

  /** @param {StationView} station */
  #setDisabled({ id, display_name: name, disabled }) {
    openForm(this.office.shell.staff, {
      title: `${disabled ? 'Enable' : 'Disable'} ${name}`,
      submitLabel: disabled ? 'Enable' : 'Disable',
      tone: disabled ? 'primary' : 'danger',
      body: () => (disabled ? html`<p>${name} can log in again with its password.</p>`
        : notice('warn', `${name} is logged out at once`, id === this.office.shell.me.id
          ? 'This is the workstation that you sit at: you will not be able to go on here.'
          : 'What somebody is typing there at this moment cannot be saved. It cannot log in until it is enabled again.')),
      send: (staffName) => changeStation(id, { staff_name: staffName, disabled: !disabled }),
      done: () => `${name} is ${disabled ? 'enabled' : 'disabled'}.`,
      onDone: () => void this.load(),
    });
  }
}
