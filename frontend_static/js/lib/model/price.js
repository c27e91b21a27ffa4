/**
 * A first guess of weight and price from the volume: the rules of chalicelib/models3d/weight.py and the catalog's
 * prices. Always a range, because nobody has sliced the model yet.
 * @import {Catalog, Material} from '../../contract.d.ts'
 * @import {ModelFacts} from './facts.js'
 */
import { materialsFor } from '../catalog.js';

/**
 * How solid a method prints, as [least, most] of what the lab usually sets: thickness of the solid skin, filled share
 * below it, share that supports and brim add.
 * @typedef {{wall_mm: Range, infill: Range, extra: Range}} PrintStyle
 */

/** @typedef {readonly [number, number]} Range */

/** @type {Record<string, PrintStyle>} */
const STYLES = {
  Filament: { wall_mm: [0.8, 1.4], infill: [0.1, 0.2], extra: [0, 0.15] },
  Resin: { wall_mm: [0, 0], infill: [1, 1], extra: [0.05, 0.35] },
};

const MM3_PER_CM3 = 1000;

/** @typedef {{grams: Range, cents: Range, per_gram: Range, minimum_cents: number, reliable: boolean}} PriceRange */

/**
 * What the model will cost in the materials that have this color, or in any of the method's; null for a method
 * that nothing is known of.
 * @param {ModelFacts} facts
 * @param {Catalog} catalog
 * @param {string} method
 * @param {string} color "" when none is chosen
 * @returns {PriceRange | null}
 */
export function priceRange(facts, catalog, method, color) {
  const style = STYLES[method];
  const materials = offered(materialsFor(catalog, method), color);
  const densities = materials.flatMap(({ density_g_cm3: density }) => (density === null ? [] : [Number(density)]));
  if (!style || densities.length === 0) return null;
  const prices = materials.map(({ price_per_gram_cents: price }) => price);
  const [cheapest, dearest] = [Math.min(...prices), Math.max(...prices)];
  const grams = gramsOf(facts, style, [Math.min(...densities), Math.max(...densities)]);
  const cents = (/** @type {number} */ weight, /** @type {number} */ price) =>
    Math.max(Math.round(weight * price), catalog.minimum_charge_cents);
  return {
    grams,
    cents: [cents(grams[0], cheapest), cents(grams[1], dearest)],
    per_gram: [cheapest, dearest],
    minimum_cents: catalog.minimum_charge_cents,
    reliable: facts.volume_reliable,
  };
}

/**
 * What the print will weigh in one material, in grams; null where nothing is known of the method or the density.
 * @param {Pick<ModelFacts, 'volume_mm3' | 'area_mm2'>} facts
 * @param {string} method
 * @param {number | null} density g/cm³
 * @returns {Range | null}
 */
export function weightRange(facts, method, density) {
  const style = STYLES[method];
  return style && density !== null ? gramsOf(facts, style, [density, density]) : null;
}

/**
 * The server takes the first material on the shelf in that color.
 * @param {Material[]} materials
 * @param {string} color
 */
function offered(materials, color) {
  const inColor = materials.find(({ colors }) => colors.includes(color));
  return inColor ? [inColor] : materials;
}

/**
 * Skin plus infill: weighing volume alone would be up to four times off for thin walls, which are nothing but skin.
 * @param {Pick<ModelFacts, 'volume_mm3' | 'area_mm2'>} facts
 * @param {PrintStyle} style
 * @param {Range} density g/cm³
 * @returns {Range}
 */
function gramsOf({ volume_mm3: volume, area_mm2: area }, { wall_mm: wall, infill, extra }, density) {
  const grams = (/** @type {0 | 1} */ end) => {
    const skin = Math.min(volume, area * wall[end]);
    return ((skin + infill[end] * (volume - skin)) * (1 + extra[end]) * density[end]) / MM3_PER_CM3;
  };
  return [grams(0), grams(1)];
}
