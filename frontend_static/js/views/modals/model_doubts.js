/**
 * What makes one look twice before a price goes to the student: a model of the wrong unit, and a weight that its
 * volume does not explain.
 * @import {Catalog, JobView} from '../../contract.d.ts'
 */
import { dimensions, number, weight } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { weightRange } from '../../lib/model/price.js';
import { notice } from '../notice.js';

/** How often the volume's own estimate may be wrong: thick walls, much support, several copies. */
const FAR = 2;

/**
 * In words for staff; the student was warned at the form.
 * @param {JobView} job
 */
export function unitDoubt({ mesh }) {
  if (!mesh?.unit_suspicion) return nothing;
  const { unit, size_mm: meant } = mesh.unit_suspicion;
  return notice('warn', `Perhaps drawn in ${unit}`, html`<p>As it is, the model measures ${dimensions(mesh.size_mm)}. If it was meant
    in ${unit}, it would be ${dimensions(meant)}. Ask the student before it is printed too small or too large.</p>`);
}

/**
 * @param {JobView} job
 * @param {Catalog} catalog
 * @param {string} material
 * @returns {readonly [number, number] | null} grams
 */
export function expectedWeight(job, catalog, material) {
  const density = catalog.materials.find(({ id }) => id === material)?.density_g_cm3 ?? null;
  return job.mesh?.volume_reliable ? weightRange(job.mesh, job.method, density) : null;
}

/** Lighter than this is nothing that a scale at the counter would show. */
const LEAST_G = 0.1;

/** As precise as an estimate deserves. @param {readonly [number, number]} grams */
const between = (grams) => {
  if (grams[1] < LEAST_G) return `less than ${LEAST_G} g`;
  const [low, high] = grams.map((value) => number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value)));
  return `${low} to ${high} g`;
};

/** @param {readonly [number, number] | null} expected grams */
export const expectedHint = (expected) => (expected ? html`From its volume: ${between(expected)}.` : nothing);

/**
 * Far from what the volume tells: somebody has to say that it is meant.
 * @param {number} grams
 * @param {readonly [number, number] | null} expected
 */
export const isFar = (grams, expected) =>
  expected !== null && grams > 0 && (grams < expected[0] / FAR || grams > expected[1] * FAR);

/**
 * @param {number} grams
 * @param {readonly [number, number] | null} expected
 */
export const weightDoubt = (grams, expected) => (isFar(grams, expected) && expected
  ? notice('warn', `${weight(grams)} is far from what its volume tells`, html`
    <p>Usual would be: ${between(expected)}. The student gets the price at once.</p>
    <label class="choice">
      <input type="checkbox" name="weight_checked" required data-label="your word that the weight is right">
      <span>The weight is right</span>
    </label>`)
  : nothing);
