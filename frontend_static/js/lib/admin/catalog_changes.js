/**
 * What was changed in a catalog, and how two people's changes go together.
 * @import {CatalogDraft} from './catalog_rules.js'
 */
import { colorsOf } from './catalog_rules.js';

/** @typedef {'printers' | 'materials' | 'methods'} Kind */
/** @typedef {{id: string} & Record<string, any>} Entry */

/** @type {readonly {kind: Kind, one: string}[]} */
const KINDS = [{ kind: 'printers', one: 'Printer' }, { kind: 'materials', one: 'Material' },
  { kind: 'methods', one: 'Method' }];

/** How a field reads. @type {Record<string, {label: string, show?: (value: any) => string}>} */
const FIELDS = {
  name: { label: 'name' },
  description: { label: 'description' },
  methods: { label: 'methods', show: (value) => value.join(', ') },
  method: { label: 'method' },
  volume: { label: 'build volume', show: (value) => `${value.join(' × ')} mm` },
  price: { label: 'price per gram', show: (value) => `${value} ¢` },
  density: { label: 'density', show: (value) => (value ? `${value} g/cm³` : 'left as it was') },
  colors: { label: 'colors', show: (value) => colorsOf(value).join(', ') },
  active: { label: 'offered', show: (value) => (value ? 'yes' : 'no') },
};

/** @param {CatalogDraft} draft @param {Kind} kind @returns {Entry[]} */
const entries = (draft, kind) => draft[kind];

/** @param {unknown} a @param {unknown} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** @param {string} name @param {any} value */
const show = (name, value) => FIELDS[name]?.show?.(value) ?? String(value);

/** @param {Entry} entry */
const titleOf = (entry) => String(entry['name'] ?? entry.id);

/**
 * @param {CatalogDraft} before
 * @param {CatalogDraft} after
 * @returns {string[]} one sentence for each change
 */
export const catalogChanges = (before, after) => KINDS.flatMap(({ kind, one }) => {
  const known = new Map(entries(before, kind).map((entry) => [entry.id, entry]));
  const kept = new Set(entries(after, kind).map(({ id }) => id));
  const gone = entries(before, kind).filter(({ id }) => !kept.has(id)).map((entry) => `${one} ${titleOf(entry)}: removed`);
  return [...entries(after, kind).flatMap((entry) => entryChanges(one, known.get(entry.id), entry)), ...gone];
});

/** @param {string} one @param {Entry | undefined} before @param {Entry} after */
function entryChanges(one, before, after) {
  if (!before || after['isNew']) return [`${one} ${titleOf(after)}: added`];
  return Object.keys(FIELDS)
    .filter((name) => name in after && !same(before[name], after[name]))
    .map((name) => `${one} ${titleOf(before)}: ${FIELDS[name]?.label} ${show(name, before[name])} → ${show(name,
      after[name])}`);
}

/**
 * What somebody else has saved comes in wherever nothing was changed here; what was changed here stays.
 * @param {CatalogDraft} base    what the edit began with
 * @param {CatalogDraft} mine
 * @param {CatalogDraft} theirs  as it is now
 * @returns {CatalogDraft}
 */
export const mergedCatalogs = (base, mine, theirs) => /** @type {CatalogDraft} */ (/** @type {unknown} */ (Object.fromEntries(
  KINDS.map(({ kind }) => [kind, mergedEntries(entries(base, kind), entries(mine, kind), entries(theirs, kind))]))));

/** @param {Entry[]} base @param {Entry[]} mine @param {Entry[]} theirs */
function mergedEntries(base, mine, theirs) {
  const [before, own] = [new Map(base.map((entry) => [entry.id, entry])), new Map(mine.map((entry) => [entry.id, entry]))];
  const known = new Set(theirs.map(({ id }) => id));
  const merged = theirs.map((entry) => mergedEntry(before.get(entry.id), own.get(entry.id), entry));
  // What they removed stays when it was changed here, and what was added here is added.
  const more = mine.filter((entry) => entry['isNew'] || (!known.has(entry.id) && !same(before.get(entry.id), entry)));
  return [...merged, ...more];
}

/** @param {Entry | undefined} base @param {Entry | undefined} mine @param {Entry} theirs */
function mergedEntry(base, mine, theirs) {
  if (!base || !mine) return theirs;
  return Object.fromEntries(Object.keys(theirs).map((name) => [name, same(base[name], mine[name]) ? theirs[name]
    : mine[name]]));
}
