/**
 * The parts of system health.
 * @import {AgentList, AgentView, AlertList, AllMetrics, ApplicationMetrics, Diagnosis, SystemMetrics} from '../../contract.d.ts'
 */
import { addressOfAdvice, ADVICE } from '../../lib/admin/advice.js';
import { age, dateTime, fileSize, number, plural, span } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { notice } from '../notice.js';

/** @type {Record<string, 'bad' | 'warn' | 'info'>} */
const TONES = { critical: 'bad', warning: 'warn', info: 'info' };

/**
 * @param {AlertList} list
 * @param {number} now ms
 */
export const alertList = ({ alerts }, now) => html`
  <section class="section-stack" aria-labelledby="alerts-title">
    <h2 id="alerts-title" class="visually-hidden">Alerts</h2>
    ${alerts.length ? alerts.map(({ type, severity, message, since, runbook }) => {
      const advice = ADVICE[type];
      return notice(TONES[severity] ?? 'info', message, html`
        <p class="soft">${severity}, since ${dateTime(since)} (${age(since, now)})</p>
        ${advice ? html`<p><b>What to do:</b> ${advice.text}
          ${advice.link ? html`<a href=${addressOfAdvice(advice)}>${advice.link}</a>` : nothing}</p>` : nothing}
        <p class="soft">More in the runbook: <code>${runbook}</code></p>`);
    }) : notice('good', 'Nothing needs attention', 'All rules of the watch are content at this moment.')}
  </section>`;

/** @param {AllMetrics} metrics */
export const componentsView = ({ health }) => html`
  <section class="panel section-panel" aria-labelledby="components-title">
    <h2 id="components-title">Components</h2>
    <ul class="tiles">${Object.entries(health.components).map(([name, { status, latency_ms: latency }]) => html`
      <li class="tile"><b>${name}</b> <span class="badge ${status === 'ok' ? 'badge-green' : 'badge-red'}">${status}</span>
        <span class="soft numbers">${number(latency)} ms</span></li>`)}</ul>
  </section>`;

/**
 * @param {AgentList} list
 * @param {number} now ms
 */
export const agentsView = ({ agents }, now) => html`
  <section class="panel section-panel" aria-labelledby="agents-title">
    <h2 id="agents-title">Lab PCs</h2>
    ${agents.length ? html`<ul class="rows">${agents.map((agent) => agentRow(agent, now))}</ul>`
      : html`<p class="soft">No sync agent has been heard of. Without one, staff download files and the lab share stays as it is.</p>`}
  </section>`;

/**
 * @param {AgentView} agent
 * @param {number} now ms
 */
const agentRow = (agent, now) => html`
  <li>
    <span class="row-text">
      <b>${agent.workstation_id}</b>
      <span class="badge ${agent.silent ? 'badge-red' : 'badge-green'}">${agent.silent ? 'silent' : 'ok'}</span>
      ${agent.leads ? html`<span class="badge">leads at ${agent.share_id}</span>` : nothing}
      <br><span class="soft">${agent.hostname}, agent ${agent.version}. ${waiting(agent)}</span>
      ${agent.errors.map((error) => html`<br><span class="field-error">${error}</span>`)}
    </span>
    <span class="soft">heard of ${age(agent.last_heard_at, now)}${agent.last_success_at
      ? `, in step ${age(agent.last_success_at, now)}` : ', not in step yet'}</span>
  </li>`;

/** @param {AgentView} agent */
const waiting = ({ pending_downloads: down, pending_uploads: up, conflicts }) => {
  const parts = [down && plural(down, 'download'), up && plural(up, 'upload'), conflicts && plural(conflicts, 'conflict')];
  return parts.some(Boolean) ? `${parts.filter(Boolean).join(', ')} to go.` : 'Nothing to do.';
};

/**
 * @param {ApplicationMetrics} metrics
 * @param {number} now ms
 */
export const applicationView = ({ outbox, failed_mails: failed, dead_letters: dead, uploads_open: uploads,
  cleanups_open: cleanups, schedules }, now) => html`
  <section class="panel section-panel" aria-labelledby="work-title">
    <h2 id="work-title">Work</h2>
    <dl class="facts">
      ${Object.entries(outbox).map(([name, { count, oldest }]) => html`
        <dt>${name} waiting</dt><dd>${count}${oldest ? html`, the oldest ${age(oldest, now)}` : nothing}${dead[name]
          ? html`, ${dead[name]} put aside` : nothing}</dd>`)}
      <dt>Mails given up</dt><dd>${failed.count ? html`${failed.count} (<a href="/admin?section=mail">to the mails</a>)`
        : 'none'}</dd>
      <dt>Uploads under way</dt><dd>${uploads}</dd>
      <dt>File moves under way</dt><dd>${cleanups.count}${cleanups.oldest
        ? html`, the oldest ${age(cleanups.oldest, now)}` : nothing}</dd>
    </dl>
    <h2>Schedules</h2>
    <ul class="rows">${Object.entries(schedules).map(([name, { last_run: last, seconds, longest_pause_s: pause }]) => {
      const late = last !== null && pause !== null && now - Date.parse(last) > pause * 1_000;
      return html`<li><span class="row-text"><code>${name}</code></span>
        ${late ? html`<span class="badge badge-red">late</span>` : nothing}
        <span class="soft">${last ? `${age(last, now)}, took ${number(seconds ?? 0)} s` : 'has not run yet'}${pause
          ? `, at most ${span(pause * 1_000)} apart` : nothing}</span></li>`;
    })}</ul>
  </section>`;

/** @param {SystemMetrics} system */
export const systemView = (system) => html`
  <section class="panel section-panel" aria-labelledby="system-title">
    <h2 id="system-title">The process that answers</h2>
    <dl class="facts">
      <dt>Runs</dt><dd>${system.on_lambda ? 'on AWS Lambda' : `on ${system.system}`}, Python ${system.python}, for
        ${span(system.uptime_s * 1_000)}</dd>
      <dt>Processor</dt><dd>${plural(system.cpus, 'core')}${system.load === null ? nothing
        : `, load ${number(system.load)} per core`}, ${number(system.cpu_s)} s used, ${
        plural(system.threads, 'thread')}</dd>
      <dt>Memory</dt><dd>${system.memory_bytes === null ? 'unknown' : fileSize(system.memory_bytes)}${
        system.memory_limit_bytes === null ? nothing : ` of ${fileSize(system.memory_limit_bytes)}`}</dd>
      <dt>Disk</dt><dd>${fileSize(system.disk_free_bytes)} free of ${fileSize(system.disk_total_bytes)}</dd>
    </dl>
  </section>`;

/** @param {Diagnosis} diagnosis */
export const diagnosisView = ({ now, configuration, versions, limits }) => html`
  <details class="panel section-panel">
    <summary><h2>Configuration</h2></summary>
    <p class="soft">The server’s clock: ${dateTime(now)}. Of secrets only whether they are there.</p>
    ${Object.entries({ Settings: configuration, Versions: versions, Limits: limits }).map(([title, facts]) => html`
      <h3>${title}</h3>
      <dl class="facts">${Object.entries(facts).map(([name,
        value]) => html`<dt><code>${name}</code></dt><dd>${value === null ? '–' : String(value)}</dd>`)}</dl>`)}
  </details>`;
