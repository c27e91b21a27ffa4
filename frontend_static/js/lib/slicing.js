/**
 * What a slicer wrote into its file, as people read it and as forms use it.
 * @import {Slicing} from '../contract.d.ts'
 */
import { number, printTime, weight } from './format.js';

const SECONDS_IN_HOUR = 3_600;

/**
 * In one line: "14.4 g, 26 h 3 min, PLA, 62 layers of 0.2 mm, MK4S, 0.4 mm nozzle, PrusaSlicer 2.8.1".
 * @param {Slicing} slicing
 */
export const slicingWords = (slicing) => [
  slicing.weight_g === null ? 'Weight unknown' : weight(slicing.weight_g),
  slicing.time_s === null ? 'time unknown' : printTime(slicing.time_s / SECONDS_IN_HOUR),
  [...new Set(slicing.filaments.map(({ type }) => type))].filter(Boolean).join(' and '),
  layers(slicing),
  slicing.printer,
  slicing.nozzle_mm === null ? '' : `${number(slicing.nozzle_mm)} mm nozzle`,
  [slicing.slicer, slicing.slicer_version].filter(Boolean).join(' '),
].filter(Boolean).join(', ');

/** @param {Slicing} slicing */
function layers({ layers: count, layer_height_mm: height }) {
  if (count === null) return height === null ? '' : `layers of ${number(height)} mm`;
  return `${number(count)} layers${height === null ? '' : ` of ${number(height)} mm`}`;
}

/**
 * Hours with two decimals, rounded up as times are everywhere.
 * @param {Slicing | null} slicing
 */
export const slicedHours = (slicing) => (slicing?.time_s ? Math.ceil(slicing.time_s / (SECONDS_IN_HOUR / 100)) / 100 : null);

/**
 * What the print would weigh in a material, where the slicer wrote no weight.
 * @param {Slicing | null} slicing
 * @param {string} material
 */
export const estimatedWeight = (slicing, material) =>
  slicing?.estimated_weights.find((estimate) => estimate.material === material)?.weight_g ?? null;

/**
 * What does not go together with this printer and this material.
 * @param {Slicing | null} slicing
 * @param {string} printer
 * @param {string} material
 */
export const differencesFrom = (slicing, printer, material) => (slicing?.differences ?? [])
  .filter(({ about, choice }) => choice === (about === 'material' ? material : printer))
  .map(({ message }) => message);
