/**
 * The staff list: the names that actions are attributed to. Nobody is ever removed.
 * @import {Staff} from '../../contract.d.ts'
 */
import { addStaff, setStaffActive } from '../../lib/admin/api.js';
import { Section } from '../../lib/admin/section.js';
import { dateTime, plural } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { listStaff } from '../../lib/staff_api.js';
import { textField } from '../field.js';
import { notice } from '../notice.js';
import { openForm } from './form_dialog.js';

export class StaffSection extends Section {
  /** @override */
  async read() {
    this.office.shell.staff = (await listStaff()).staff;
  }

  /** @override */
  body() {
    const { staff } = this.office.shell;
    const [active, left] = [staff.filter((person) => person.is_active), staff.filter((person) => !person.is_active)];
    return html`
      <section class="panel section-panel">
        <div class="section-line">
          <h2>${plural(active.length, 'active name')}</h2>
          <button class="button button-primary" type="button" @click=${this.#add}>Add a name…</button>
        </div>
        ${active.length ? this.#list(active) : notice('warn', 'Nobody can act',
          'Every change needs the name of an active member of staff.')}
      </section>
      ${left.length ? html`
        <section class="panel section-panel">
          <h2>${plural(left.length, 'inactive name')}</h2>
          <p class="soft">They cannot be chosen any more. What they did stays attributed to them.</p>
          ${this.#list(left)}
        </section>` : nothing}`;
  }

  /** @param {Staff[]} people */
  #list(people) {
    return html`<ul class="rows">${people.map((person) => html`
      <li>
        <div class="row-text">
          <b>${person.name}</b> ${person.is_active && person.is_new ? html`<span class="badge badge-accent">new</span>`
            : nothing}
          <p class="soft">Added ${dateTime(person.added_at)}${person.deactivated_at
            ? html`, deactivated ${dateTime(person.deactivated_at)}` : nothing}</p>
        </div>
        <button class="button" type="button"
          aria-label=${`${person.is_active ? 'Deactivate' : 'Reactivate'} ${person.name}…`}
          @click=${() => this.#setActive(person)}>${person.is_active ? 'Deactivate…' : 'Reactivate…'}</button>
      </li>`)}</ul>`;
  }

  #add = () => openForm(this.office.shell.staff, {
    title: 'Add a name',
    submitLabel: 'Add name',
    body: (errors) => textField('name', 'New name', { max: 100, required: true, error: errors['name'] ?? '',
      hint: 'First and last name, as it shall stand in histories. It can be chosen at once on every workstation.' }),
    send: (staffName, form) => addStaff(String(form.get('name')).trim(), staffName),
    done: (person) => `${person.name} is on the list.`,
    onDone: () => void this.load(),
  });

  /** @param {Staff} person */
  #setActive({ name, is_active: active }) {
    openForm(this.office.shell.staff, {
      title: active ? `Deactivate ${name}` : `Reactivate ${name}`,
      submitLabel: active ? 'Deactivate' : 'Reactivate',
      tone: active ? 'danger' : 'primary',
      body: () => (active
        ? html`<p><b>${name}</b> can no longer be chosen under “Performing action as”, on any workstation. What ${name} did
          stays in all histories,
            marked inactive, and the name can be reactivated at any time.</p>`
        : html`<p><b>${name}</b> can be chosen again under “Performing action as”.</p>`),
      send: (staffName) => setStaffActive(name, !active, staffName),
      done: () => `${name} is ${active ? 'inactive' : 'active again'}.`,
      onDone: () => void this.load(),
    });
  }
}
