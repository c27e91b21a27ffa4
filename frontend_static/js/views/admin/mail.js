/**
 * Mail: what could not be delivered, whether the server answers, and what the queues could not handle.
 * @import {FailedMail, QueueView} from '../../contract.d.ts'
 */
import { listFailedMails, listQueues, replayQueue, retryMail, sendTestMail } from '../../lib/admin/api.js';
import { Section } from '../../lib/admin/section.js';
import { dateTime, plural } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { createLimiter } from '../../lib/limiter.js';
import { textField } from '../field.js';
import { notice } from '../notice.js';
import { openForm } from './form_dialog.js';

/** Calls at the same time. */
const AT_ONCE = 4;

/**
 * Those that somebody else was faster with, or that fail, stay in the list. Rejects when all of them do.
 * @param {FailedMail[]} mails
 * @param {string} staffName
 * @returns {Promise<number>} how many are due again
 */
async function retryEach(mails, staffName) {
  const limited = createLimiter(AT_ONCE);
  const results = await Promise.allSettled(mails.map(({ id }) => limited(() => retryMail(id, staffName))));
  const done = results.filter(({ status }) => status === 'fulfilled').length;
  const [failed] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failed && !done) throw failed;
  return done;
}

export class MailSection extends Section {
  /** @type {FailedMail[]} */ #mails = [];
  #total = 0;
  /** @type {QueueView[]} */ #queues = [];
  /** What the mail server said last. @type {import('../../contract.d.ts').TestMailView | null} */ #said = null;

  /** @override */
  async read() {
    const [{ mails, total }, { queues }] = await Promise.all([listFailedMails(), listQueues()]);
    [this.#mails, this.#total, this.#queues] = [mails, total, queues];
  }

  /** @override */
  body() {
    return html`${this.#failed()} ${this.#test()} ${this.#dead()}`;
  }

  #failed() {
    return html`
      <section class="panel section-panel">
        <div class="section-line">
          <h2>${this.#total ? `${plural(this.#total, 'mail')} given up` : 'No mail was given up'}</h2>
          ${this.#mails.length > 1 ? html`<button class="button" type="button"
            @click=${this.#retryAll}>Retry all…</button>` : nothing}
        </div>
        <p class="soft">A mail is tried eight times. What the mail server refuses for good waits here, and the student does
          not know what it says.
          When a mail is about something that is no longer so, a retry drops it.</p>
        ${this.#mails.length ? html`<ul class="rows">${this.#mails.map((mail) => this.#row(mail))}</ul>` : nothing}
      </section>`;
  }

  /** @param {FailedMail} mail */
  #row(mail) {
    const about = mail.short_id ? `job ${mail.short_id}` : 'a job that is gone';
    return html`
      <li>
        <div class="row-text">
          <b>${mail.email_type}</b> about ${mail.short_id ? html`<code>${mail.short_id}</code>` : about}
          <p class="soft">Promised ${dateTime(mail.created_at)} by ${mail.requested_by}, given up${
            mail.failed_at ? html` ${dateTime(mail.failed_at)}` : nothing} after ${plural(mail.attempts, 'attempt')}</p>
          ${mail.last_error ? html`<p class="mono">${mail.last_error}</p>` : nothing}
        </div>
        <button class="button" type="button" aria-label=${`Retry the ${mail.email_type} mail about ${about}…`}
          @click=${() => this.#retry(mail)}>Retry…</button>
      </li>`;
  }

  /** @param {FailedMail} mail */
  #retry(mail) {
    openForm(this.office.shell.staff, {
      title: 'Send it again',
      submitLabel: 'Retry',
      body: () => html`<p>The ${mail.email_type}
        mail${mail.short_id ? html` about job <code>${mail.short_id}</code>` : nothing} is due at once, with all its
          attempts ahead.</p>`,
      send: (staffName) => retryMail(mail.id, staffName),
      done: () => 'The mail is on its way.',
      onDone: () => void this.load(),
    });
  }

  #retryAll = () => {
    const mails = this.#mails;
    openForm(this.office.shell.staff, {
      title: 'Send all of them again',
      submitLabel: `Retry ${plural(mails.length, 'mail')}`,
      body: () => html`<p>${plural(mails.length, 'mail')} are due at once, with all their attempts ahead. Best done once
        the reason is set right: send a test mail first.</p>`,
      send: (staffName) => retryEach(mails, staffName),
      done: (count) => `${count} of ${plural(mails.length, 'mail')} on their way.`,
      onDone: () => void this.load(),
    });
  };

  #test() {
    return html`
      <section class="panel section-panel">
        <div class="section-line">
          <div><h2>Test mail</h2><p class="soft">Goes out at once. What the mail server answers is shown here, word for
            word. At most five an hour.</p></div>
          <button class="button" type="button" @click=${this.#sendTest}>Send a test mail…</button>
        </div>
        ${this.#said ? notice(this.#said.sent ? 'good' : 'bad', this.#said.sent ? `Accepted in ${this.#said.seconds} s`
          : 'Not sent',
          html`<span class="mono">${this.#said.said}</span> (by ${this.#said.transport})`) : nothing}
      </section>`;
  }

  #sendTest = () => openForm(this.office.shell.staff, {
    title: 'Send a test mail',
    submitLabel: 'Send',
    body: (errors) => textField('to', 'To', { max: 200, required: true, error: errors['to'] ?? '',
      hint: 'An e-mail address that you can look at. It is not kept.' }),
    send: (staffName, form) => sendTestMail(String(form.get('to')).trim(), staffName),
    done: (answer) => (answer.sent ? 'The mail server has accepted it.' : 'The mail server has refused it.'),
    onDone: (answer) => {
      this.#said = answer;
      this.office.redraw();
    },
  });

  #dead() {
    return html`
      <section class="panel section-panel">
        <h2>Queues</h2>
        <p class="soft">A message that no function could handle is put aside. The work itself is still promised and is
          tried again: set right what the reason was, then replay.</p>
        <ul class="rows">${this.#queues.map((queue) => html`
          <li>
            <div class="row-text"><b>${queue.name}</b>
              ${queue.dead ? html`<span class="badge badge-red">${queue.dead} put aside</span>`
                : html`<span class="badge badge-green">nothing put aside</span>`}
              <p class="soft">${queue.waiting} waiting, ${queue.in_flight} being worked on</p></div>
            ${queue.dead ? html`<button class="button" type="button" aria-label=${`Replay ${queue.name}…`}
              @click=${() => this.#replay(queue)}>Replay…</button>` : nothing}
          </li>`)}</ul>
      </section>`;
  }

  /** @param {QueueView} queue */
  #replay({ name, dead }) {
    openForm(this.office.shell.staff, {
      title: `Replay ${name}`,
      submitLabel: 'Replay',
      body: () => html`<p>${plural(Math.min(dead, 100), 'message')} go back into the queue. Nothing is done twice by
        that.</p>`,
      send: (staffName) => replayQueue(name, staffName),
      done: ({ moved }) => `${plural(moved, 'message')} replayed.`,
      onDone: () => void this.load(),
    });
  }
}
