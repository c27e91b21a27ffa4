/**
 * What a catalog must be, said at the row and field where it is not. The API has the same rules and the
 * last word.
 * @import {Catalog} from '../../contract.d.ts'
 */
import { number } from '../format.js';

/**
 * Numbers are kept as they were typed. What `isNew` no job can name yet: it can be renamed and removed.
 * @typedef {{isNew?: boolean, id: string, description: string}} MethodDraft
 */
/** @typedef {[width: string, depth: string, height: string]} Volume */
/**
 * @typedef {{isNew?: boolean, id: string, name: string, methods: string[], volume: Volume, active: boolean}} PrinterDraft
 */
/**
 * @typedef {Object} MaterialDraft
 * @property {boolean} [isNew]
 * @property {string} id
 * @property {string} name
 * @property {string} method
 * @property {string} price    cents per gram
 * @property {string} density  g/cm³; "" leaves it as it is, of a new material to its name
 * @property {string} colors   one on each line
 * @property {boolean} active
 */
/** @typedef {{methods: MethodDraft[], printers: PrinterDraft[], materials: MaterialDraft[]}} CatalogDraft */

/**
 * @param {Catalog} catalog
 * @returns {CatalogDraft}
 */
export const draftOfCatalog = ({ methods, printers, materials }) => ({
  methods: methods.map(({ id, description }) => ({ id, description })),
  printers: printers.map(({ id, name, methods: own, build_volume_mm: [width, depth, height], active }) =>
    ({ id, name, methods: [...own], volume: [String(width), String(depth), String(height)], active })),
  materials: materials.map(({ id, name, method, price_per_gram_cents: price, density_g_cm3: density, colors, active }) =>
    ({ id, name, method, price: String(price), density: String(density ?? ''), colors: colors.join('\n'), active })),
});

/** @param {string} text  one color on each line */
export const colorsOf = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

/**
 * What the API is sent.
 * @param {CatalogDraft} draft
 */
export const catalogOf = ({ methods, printers, materials }) => ({
  methods: methods.map(({ id, description }) => ({ id: id.trim(), description: description.trim() })),
  printers: printers.map(({ id, name, methods: own, volume, active }) =>
    ({ id, name: name.trim(), methods: own, build_volume_mm: volume.map(Number), active })),
  materials: materials.map(({ id, name, method, price, density, colors, active }) => ({
    id, name: name.trim(), method, price_per_gram_cents: Number(price), density_g_cm3: density.trim() ? Number(density) : null,
    colors: colorsOf(colors), active,
  })),
});

/**
 * A name as an id: "Prusa XL (left)" → "prusa-xl-left".
 * @param {string} name
 */
export const slugOf = (name) => name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g,
  '').slice(0, 63);

const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;
const PRICE = /^\d{1,6}(\.\d{1,2})?$/;
const LARGEST_SIDE_MM = 5_000;
const LARGEST_PRICE = 100_000;
const DENSITY = /^\d{1,2}(\.\d{1,3})?$/;
const LARGEST_DENSITY = 25;

/**
 * @param {CatalogDraft} draft
 * @returns {Record<string, string>} by path, e.g. `printers.0.name`; empty when all is well
 */
export function catalogProblems(draft) {
  const problems = /** @type {Record<string, string>} */ ({});
  const say = (/** @type {string} */ path, /** @type {string} */ text) => {
    if (text) problems[path] ??= text;
  };
  const methods = new Set(draft.methods.map(({ id }) => id.trim()));
  draft.methods.forEach((method, index) => methodProblems(method, `methods.${index}`, say));
  draft.printers.forEach((printer, index) => printerProblems(printer, `printers.${index}`, methods, say));
  draft.materials.forEach((material, index) => materialProblems(material, `materials.${index}`, methods, say));
  repeats(draft.methods.map(({ id }) => id)).forEach((index) => say(`methods.${index}.id`, TWICE));
  repeats(draft.printers.map(({ name }) => name)).forEach((index) => say(`printers.${index}.name`, TWICE));
  repeats(draft.printers.map(({ id }) => id)).forEach((index) => say(`printers.${index}.id`, TWICE));
  repeats(draft.materials.map(({ id }) => id)).forEach((index) => say(`materials.${index}.id`, TWICE));
  if (![...methods].some((method) => isOffered(draft, method))) {
    say('methods', 'No method has both an active printer and an active material: nobody could submit.');
  }
  return problems;
}

const TWICE = 'This stands in the list twice.';

/** @typedef {(path: string, text: string) => void} Say */

/** @param {MethodDraft} method @param {string} path @param {Say} say */
function methodProblems({ id, description }, path, say) {
  say(`${path}.id`, lengthProblem(id, 1, 64));
  say(`${path}.description`, lengthProblem(description, 1, 500));
}

/** @param {PrinterDraft} printer @param {string} path @param {Set<string>} known @param {Say} say */
function printerProblems({ id, name, methods, volume }, path, known, say) {
  say(`${path}.name`, lengthProblem(name, 2, 100));
  say(`${path}.id`, SLUG.test(id) ? '' : 'Small letters, digits and hyphens.');
  if (!methods.length) say(`${path}.methods`, 'Choose at least one method.');
  if (methods.some((method) => !known.has(method))) say(`${path}.methods`,
    'One of these methods is not in the catalog any more.');
  const sound = volume.every((side) => side.trim() !== '' && Number(side) > 0 && Number(side) <= LARGEST_SIDE_MM);
  if (!sound) say(`${path}.build_volume_mm`, `Three sizes in mm, each above 0 and at most ${number(LARGEST_SIDE_MM)}.`);
}

/** @param {MaterialDraft} material @param {string} path @param {Set<string>} known @param {Say} say */
function materialProblems({ id, name, method, price, density, colors }, path, known, say) {
  say(`${path}.name`, lengthProblem(name, 2, 100));
  say(`${path}.id`, SLUG.test(id) ? '' : 'Small letters, digits and hyphens.');
  if (!known.has(method)) say(`${path}.method`, 'Choose a method.');
  const sound = PRICE.test(price.trim()) && Number(price) > 0 && Number(price) <= LARGEST_PRICE;
  if (!sound) say(`${path}.price_per_gram_cents`, 'Cents above 0, with at most two decimals, e.g. 10 or 12.5.');
  if (density.trim() && !isDensity(density.trim())) {
    say(`${path}.density_g_cm3`, `Above 0 and at most ${LARGEST_DENSITY}, with at most three decimals, e.g. 1.24.`);
  }
  const list = colorsOf(colors);
  if (!list.length) say(`${path}.colors`, 'At least one color, each on a line of its own.');
  if (list.length > 100) say(`${path}.colors`, 'At most 100 colors.');
  if (repeats(list).length) say(`${path}.colors`, `“${list[repeats(list)[0] ?? 0]}” stands there twice.`);
  if (list.some((color) => color.length > 40)) say(`${path}.colors`, 'A color has at most 40 characters.');
}

/** @param {string} text */
const isDensity = (text) => DENSITY.test(text) && Number(text) > 0 && Number(text) <= LARGEST_DENSITY;

/** @param {string} text @param {number} min @param {number} max */
function lengthProblem(text, min, max) {
  const { length } = text.trim();
  return length >= min && length <= max ? '' : `${min} to ${max} characters.`;
}

/**
 * Where something stands that stood before, compared as people read it.
 * @param {string[]} values
 */
const repeats = (values) => values.map((value) => value.trim().toLowerCase())
  .flatMap((value, index, all) => (value && all.indexOf(value) < index ? [index] : []));

/** @param {CatalogDraft} draft @param {string} method */
const isOffered = ({ printers, materials }, method) =>
  printers.some((printer) => printer.active && printer.methods.includes(method))
  && materials.some((material) => material.active && material.method === method && colorsOf(material.colors).length > 0);
