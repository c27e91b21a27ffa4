/**
 * The administration.
 * @import {Section} from '../lib/admin/section.js'
 * @import {StaffShell} from '../lib/staff_shell.js'
 */
import { startStaffPage } from '../lib/staff_shell.js';
import { adminOnly, adminScreen } from '../views/admin/screen.js';
import { sectionOf } from '../views/admin/sections.js';

class Administration {
  #shell;
  /** The sections that were looked at: they keep what was typed. @type {Map<string, Section>} */ #opened = new Map();
  #current = sectionOf(null);

  /** @param {StaffShell} shell */
  constructor(shell) {
    this.#shell = shell;
    shell.onChange = () => this.#draw();
    addEventListener('popstate', () => this.show());
    addEventListener('beforeunload', (event) => {
      if ([...this.#opened.values()].some((section) => section.dirty)) event.preventDefault();
    });
  }

  /** The section that the address names. */
  show() {
    this.#opened.get(this.#current.id)?.leave();
    this.#current = sectionOf(new URLSearchParams(location.search).get('section'));
    document.title = `${this.#current.label} · PrintLab`;
    this.#draw();
    // On a phone the navigation scrolls sideways.
    document.querySelector('.admin-nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    void this.#section().enter();
  }

  #section() {
    const { id, Section } = this.#current;
    const known = this.#opened.get(id);
    if (known) return known;
    const section = new Section({ shell: this.#shell, redraw: () => this.#draw() });
    this.#opened.set(id, section);
    return section;
  }

  /** @param {string} id */
  #go(id) {
    if (id === this.#current.id) return;
    history.pushState(null, '', `?section=${id}`);
    this.show();
    document.getElementById('section')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  #draw() {
    const isDirty = (/** @type {string} */ id) => this.#opened.get(id)?.dirty ?? false;
    this.#shell.show(adminScreen(this.#current, this.#section(), (id) => this.#go(id), isDirty));
  }
}

/** @param {StaffShell} shell */
async function open(shell) {
  if (shell.me.role === 'admin') new Administration(shell).show();
  else shell.show(adminOnly());
}

startStaffPage({ id: 'admin', title: 'PrintLab administration', skipTo: 'section', skipLabel: 'Skip to the section',
  open });
