import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { ADVICE } from '../../frontend_static/js/lib/admin/advice.js';
import { catalogChanges, mergedCatalogs } from '../../frontend_static/js/lib/admin/catalog_changes.js';
import { catalogOf, catalogProblems, draftOfCatalog, slugOf } from '../../frontend_static/js/lib/admin/catalog_rules.js';
import { monthOf, periodProblem } from '../../frontend_static/js/lib/admin/export_period.js';
import { historyFigures } from '../../frontend_static/js/lib/admin/history.js';
import { newPassword, strengthOf } from '../../frontend_static/js/lib/admin/passwords.js';
import { openFindings, REPAIRS } from '../../frontend_static/js/lib/admin/repairs.js';
import {
  changed, draftOf, merged, problemOf, SETTING_FIELDS, spoken, valueOf,
} from '../../frontend_static/js/lib/admin/settings_fields.js';
import { CATALOG } from './catalog_sample.js';

const server = (path) => readFileSync(join(resolve(import.meta.dirname, '../../chalicelib'), path), 'utf8');

// --- settings -----------------------------------------------------------------------

const SETTINGS = {
  version: 3, minimum_charge_cents: 300, confirmation_hours: 72, session_hours: 12, revert_window_minutes: 60, submissions_per_hour: 5,
  campus_submissions_per_hour: 60, campus_networks: ['10.0.0.0/8'], logins_per_hour: 10, catalog_requests_per_minute: 60,
  resend_cooldown_minutes: 60, new_staff_days: 7, archive_after_days: 45, prune_after_days: 365, environment_banner: '',
  sound_enabled: true, sound_volume_percent: 50, storage_limit_gb: 100,
};
const field = (name) => SETTING_FIELDS.find((one) => one.name === name);

test('every setting of the API is there once, with the limits that the API has', () => {
  const { version, ...settings } = SETTINGS;
  assert.equal(version, 3);
  assert.deepEqual(SETTING_FIELDS.map(({ name }) => name).sort(), Object.keys(settings).sort());
  const schema = server('api/admin_schemas.py');
  const limits = [...schema.matchAll(/^ {4}(\w+): Annotated\[int, Field\(ge=([\d_]+), le=([\d_]+)\)\] \| None/gm)];
  assert.ok(limits.length >= 10);
  for (const [, name, min, max] of limits) {
    const { min: own, max: most } = field(name);
    assert.deepEqual([name, own, most], [name, Number(min.replace('_', '')), Number(max.replace('_', ''))]);
  }
});

test('what is typed becomes what the API wants, and back', () => {
  const draft = draftOf(SETTINGS);
  assert.equal(draft.minimum_charge_cents, '3.00');
  for (const one of SETTING_FIELDS) {
    assert.equal(problemOf(one, draft[one.name]), '', one.name);
    assert.deepEqual(valueOf(one, draft[one.name]), SETTINGS[one.name], one.name);
  }
  assert.equal(valueOf(field('minimum_charge_cents'), '4.35'), 435);
  assert.deepEqual(valueOf(field('campus_networks'), ' 10.0.0.0/8 \n\n 2001:db8::/32\n'), ['10.0.0.0/8', '2001:db8::/32']);
});

test('nonsense is refused beside its field', () => {
  for (const text of ['', '-1', '3.005', '1e3', '1000.01', 'three', ' ']) assert.match(problemOf(field('minimum_charge_cents'), text), /An amount from/);
  for (const text of ['0', '25', '1.5', '', '+3', '0x1']) assert.match(problemOf(field('session_hours'), text), /A whole number from 1 to 24/);
  assert.match(problemOf(field('environment_banner'), 'x'.repeat(201)), /200/);
});

test('values read as people say them', () => {
  assert.equal(spoken(field('minimum_charge_cents'), '4.5'), '$4.50');
  assert.equal(spoken(field('session_hours'), '1'), '1 hour');
  assert.equal(spoken(field('sound_volume_percent'), '40'), '40%');
  assert.equal(spoken(field('sound_enabled'), 'false'), 'off');
  assert.equal(spoken(field('campus_networks'), ''), 'none');
});

test('two people who change settings both keep what they typed', () => {
  const base = draftOf(SETTINGS);
  const mine = { ...base, minimum_charge_cents: '5', session_hours: '10' };
  const theirs = { ...base, minimum_charge_cents: '6.00', new_staff_days: '3' };
  const { draft, theirs: others, contested } = merged(base, mine, theirs);
  assert.deepEqual(changed(theirs, draft).map(({ name }) => name), ['minimum_charge_cents', 'session_hours']);
  assert.deepEqual(others.map(({ name }) => name), ['minimum_charge_cents', 'new_staff_days']);
  assert.deepEqual(contested.map(({ name }) => name), ['minimum_charge_cents']);
});

// --- catalog ------------------------------------------------------------------------

const edited = (change) => {
  const draft = draftOfCatalog(structuredClone(CATALOG));
  draft.methods.forEach((method) => { method.description = 'Good.'; });
  change(draft);
  return draft;
};

test('a sound catalog has no problem and comes back as it was', () => {
  const draft = edited(() => undefined);
  assert.deepEqual(catalogProblems(draft), {});
  const { methods, printers, materials } = catalogOf(draft);
  assert.deepEqual(printers, CATALOG.printers);
  assert.deepEqual(materials, CATALOG.materials);
  assert.deepEqual(methods.map(({ id }) => id), ['Filament', 'Resin']);
});

const WRONG = [
  ['printers.0.name', (draft) => { draft.printers[0].name = 'X'; }],
  ['printers.0.methods', (draft) => { draft.printers[0].methods = []; }],
  ['printers.0.methods', (draft) => { draft.printers[0].methods = ['Laser']; }],
  ['printers.0.build_volume_mm', (draft) => { draft.printers[0].volume = ['250', '', '220']; }],
  ['printers.0.build_volume_mm', (draft) => { draft.printers[0].volume = ['250', '0', '220']; }],
  ['printers.0.build_volume_mm', (draft) => { draft.printers[0].volume = ['250', '5001', '220']; }],
  ['printers.2.name', (draft) => { draft.printers[2].name = 'prusa mk4s '; }],
  ['printers.2.id', (draft) => { draft.printers[2].id = draft.printers[0].id; }],
  ['materials.0.price_per_gram_cents', (draft) => { draft.materials[0].price = '0'; }],
  ['materials.0.price_per_gram_cents', (draft) => { draft.materials[0].price = '1.005'; }],
  ['materials.0.price_per_gram_cents', (draft) => { draft.materials[0].price = 'free'; }],
  ['materials.0.density_g_cm3', (draft) => { draft.materials[0].density = '0'; }],
  ['materials.0.density_g_cm3', (draft) => { draft.materials[0].density = '26'; }],
  ['materials.0.density_g_cm3', (draft) => { draft.materials[0].density = '1,24'; }],
  ['materials.0.colors', (draft) => { draft.materials[0].colors = '\n \n'; }],
  ['materials.0.colors', (draft) => { draft.materials[0].colors = 'Red\nred'; }],
  ['materials.0.colors', (draft) => { draft.materials[0].colors = 'x'.repeat(41); }],
  ['materials.0.method', (draft) => { draft.materials[0].method = 'Laser'; }],
  ['methods.0.description', (draft) => { draft.methods[0].description = 'x'.repeat(501); }],
  ['methods.1.id', (draft) => { draft.methods[1].id = 'filament'; }],
  ['methods', (draft) => { draft.printers.forEach((printer) => { printer.active = false; }); }],
];

for (const [path, change] of WRONG) {
  test(`what is wrong at ${path} is said there: ${change}`, () => {
    const draft = edited(change);
    assert.ok(catalogProblems(draft)[path], JSON.stringify(catalogProblems(draft)));
  });
}

test('names become ids', () => {
  assert.equal(slugOf('Prusa XL (left)'), 'prusa-xl-left');
  assert.equal(slugOf('Größe Ç'), 'gro-e-c');
  assert.equal(slugOf('--'), '');
});

test('changes are told, one by one', () => {
  const before = edited(() => undefined);
  const after = edited((draft) => {
    draft.printers[0].active = false;
    draft.materials[0].price = '12';
    draft.materials.push({ id: 'abs', name: 'ABS', method: 'Filament', price: '9', density: '', colors: 'Black', active: true });
    draft.methods.pop();
  });
  assert.deepEqual(catalogChanges(before, after), [
    'Printer Prusa MK4S: offered yes → no', 'Material PLA: price per gram 10 ¢ → 12 ¢', 'Material ABS: added', 'Method Resin: removed',
  ]);
  assert.deepEqual(catalogChanges(before, before), []);
});

test('two people who edit the catalog both keep what they changed', () => {
  const base = edited(() => undefined);
  const mine = edited((draft) => {
    draft.printers[0].name = 'Left';
    draft.materials.push({ id: 'abs', name: 'ABS', method: 'Filament', price: '9', density: '', colors: 'Black', active: true });
  });
  const theirs = edited((draft) => {
    draft.printers[0].active = false;
    draft.materials.shift();
    draft.methods.push({ id: 'Laser', description: 'New' });
  });
  const result = mergedCatalogs(base, mine, theirs);
  assert.deepEqual([result.printers[0].name, result.printers[0].active], ['Left', false]);
  assert.deepEqual(result.materials.map(({ id }) => id), ['petg', 'wood', 'resin', 'abs']);
  assert.deepEqual(result.methods.map(({ id }) => id), ['Filament', 'Resin', 'Laser']);
});

test('what two people added under one name is kept twice and said', () => {
  const abs = { id: 'abs', name: 'ABS', method: 'Filament', price: '9', density: '', colors: 'Black', active: true };
  const base = edited(() => undefined);
  const mine = edited((draft) => draft.materials.push({ ...abs, price: '8', isNew: true }));
  const theirs = edited((draft) => draft.materials.push(abs));
  const result = mergedCatalogs(base, mine, theirs);
  assert.deepEqual(result.materials.slice(-2).map(({ price }) => price), ['9', '8']);
  assert.deepEqual(catalogProblems(result), { 'materials.5.id': 'This stands in the list twice.' });
  assert.deepEqual(catalogChanges(theirs, result), ['Material ABS: added']);
});

// --- passwords, periods, audits, alerts -----------------------------------------------

test('passwords that are made are strong, different and without look-alikes', () => {
  const made = new Set(Array.from({ length: 200 }, newPassword));
  assert.equal(made.size, 200);
  for (const password of made) {
    assert.match(password, /^[a-hjkmnp-z]{4}(-[a-hjkmnp-z]{4}){3}$/);
    assert.equal(strengthOf(password).tone, 'green');
  }
});

test('the strength of a password is judged honestly', () => {
  assert.equal(strengthOf('short').tone, 'red');
  assert.equal(strengthOf('aaaaaaaaaaaaaaaa').tone, 'red');
  assert.equal(strengthOf('abcdefghij').tone, 'yellow');
  assert.equal(strengthOf('Abcdefgh1j').tone, 'green');
});

test('months for the books are whole UTC months; the running one ends today', () => {
  const now = Date.parse('2026-03-31T23:30:00Z');
  assert.deepEqual(monthOf(now, 0), { start: '2026-03-01', end: '2026-03-31' });
  assert.deepEqual(monthOf(now, 1), { start: '2026-02-01', end: '2026-02-28' });
  assert.deepEqual(monthOf(Date.parse('2026-01-05T00:00Z'), 1), { start: '2025-12-01', end: '2025-12-31' });
});

test('a period has both days, in order, and at most 366', () => {
  assert.equal(periodProblem('2024-01-01', '2024-12-31'), '');
  assert.match(periodProblem('2024-01-01', '2025-01-01'), /366/);
  assert.match(periodProblem('2024-01-02', '2024-01-01'), /before/);
  assert.match(periodProblem('', '2024-01-01'), /both/);
});

test('every kind of finding and of alert that the server knows has its words here', () => {
  const valuesOf = (path, name) => {
    const [, body] = new RegExp(`class ${name}\\(StrEnum\\):([\\s\\S]*?)\\n\\n\\n`).exec(server(path));
    return [...body.matchAll(/ = "([^"]+)"/g)].map(([, value]) => value).sort();
  };
  assert.deepEqual(Object.keys(REPAIRS).sort(), valuesOf('domain/audit.py', 'FindingKind'));
  assert.deepEqual(Object.keys(ADVICE).sort(), valuesOf('domain/alerts.py', 'Kind'));
});

test('of all pages only what is still open is mended', async () => {
  const pages = {
    start: { findings: [{ key: 'a', mended_at: null }, { key: 'b', mended_at: '2026-01-01' }], next_cursor: 'next' },
    next: { findings: [{ key: 'c', mended_at: null }], next_cursor: null },
  };
  const found = [];
  for await (const finding of openFindings(async (cursor) => pages[cursor ?? 'start'])) found.push(finding.key);
  assert.deepEqual(found, ['a', 'c']);
});

test('the history says when something was down', () => {
  const sample = (at, database) => ({ at, latency_ms: { database }, outbox: { mail: 2 }, failed_mails: 0, dead_letters: { mail: 1 } });
  const [latency, waiting] = historyFigures({ hours: 6, samples: [sample('2026-01-01T00:00Z', 4), sample('2026-01-01T00:05Z', null)] });
  assert.equal(latency.sentence, 'In 1 sample of 2 a component was down.');
  assert.deepEqual(latency.table.rows.map((row) => row[1]), [4, null]);
  assert.deepEqual(waiting.chart.series.map(({ label, whole }) => [label, whole]),
    [['mail waiting', 'at most 2'], ['failed mails', 'at most 0'], ['put aside', 'at most 1']]);
});
