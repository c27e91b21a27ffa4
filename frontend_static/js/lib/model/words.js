/** What was found out about a model, in a student's words. */
import { millimetres, money, number, plural } from '../format.js';
import { fitOf, fits, turnedTo } from './fit.js';

/**
 * @import {Printer} from '../../contract.d.ts'
 * @import {ModelFacts} from './facts.js'
 * @import {Fit} from './fit.js'
 * @import {PriceRange} from './price.js'
 * @import {UnitSuspicion} from './units.js'
 */

const TOLERANCE_MM = 0.01;
const DIRECTIONS = ['wide', 'deep', 'tall'];
const MM_PER_INCH = 25.4;
const THINNEST_MM = 0.4;
const VERY_FINE = 500_000;
/** Below this percentage a model was most likely drawn as large as the real thing. */
const REAL_SIZE_BELOW = 20;

/** @typedef {{tone: 'good' | 'info' | 'warn' | 'bad', title: string, text: string}} Finding */

/**
 * Whether a model fits a printer, and what must be done for it. That a model of a doubtful size fits is no good news.
 * @param {ModelFacts} facts
 * @param {Fit} fit
 * @param {string} printer  its name
 * @returns {Finding}
 */
export function fitFinding({ size_mm: size, unit_suspicion: unit }, fit, printer) {
  const easy = unit ? { tone: /** @type {const} */ ('info'), title: `At this size it would fit the ${printer}` }
    : { tone: /** @type {const} */ ('good'), title: `Fits the ${printer}` };
  switch (fit.way) {
    case 'upright':
      return { ...easy, text: unit ? 'Is it the right one?' : 'As it stands.' };
    case 'turned':
      return { ...easy, text: 'Turned by 90° on the plate, as shown.' };
    case 'diagonal':
      return { tone: 'warn', title: `Fits the ${printer} only diagonally`, text: `Turned by about ${fit.angle}° on the plate, as shown.` };
    case 'lying':
      return {
        tone: 'warn', title: `Fits the ${printer} only on another side`,
        text: `As shown, it is ${millimetres(turnedTo(size, fit.sides))}. Export it that way round if it matters which side lies down.`,
      };
    case 'none':
      return {
        tone: 'bad', title: `Too large for the ${printer}`,
        text: `${listed(excessesOf(fit))}. ${remedyOf(fit)}`,
      };
  }
}

/**
 * By how much each side is too long: "12.5 mm (0.49 in) too wide".
 * @param {Fit} fit
 */
const excessesOf = ({ excess }) => excess
  .map((by, axis) => (by > TOLERANCE_MM ? `${number(Math.round(by * 10) / 10)} mm (${number(by / MM_PER_INCH)} in) too ${DIRECTIONS[axis]}` : ''))
  .filter(Boolean);

/** @param {Fit} fit */
const remedyOf = ({ scale }) => scale < REAL_SIZE_BELOW
  ? `Is it drawn at its real size? Scale it before exporting: ${scale < 1 ? 'less than 1' : scale} % is the most that fits.`
  : `It would fit at ${scale} % of its size: scale it down or split it into parts.`;

/** @param {string[]} parts */
const listed = (parts) => new Intl.ListFormat('en-US').format(parts);

/**
 * Walls that no printer can make; null when there are none, or when the unit explains them.
 * @param {ModelFacts} facts
 * @returns {Finding | null}
 */
export function thinFinding({ size_mm: size, unit_suspicion: unit }) {
  const thinnest = Math.min(...size);
  if (thinnest >= THINNEST_MM || unit) return null;
  return {
    tone: 'warn', title: `Only ${number(thinnest)} mm thick`,
    text: `Printers cannot make walls thinner than about ${THINNEST_MM} mm: give the surface a thickness.`,
  };
}

/**
 * Triangles, bodies, and whether there are more triangles than a printer can show.
 * @param {ModelFacts} facts
 */
export function meshWords({ triangles, bodies, watertight, flipped_edges: flipped }) {
  const parts = [plural(triangles, 'triangle')];
  if (bodies > 1) parts.push(`${number(bodies)} separate bodies`);
  if (watertight && !flipped) parts.push('closed surface');
  const fine = triangles > VERY_FINE ? '. That is finer than a printer can show: a coarser export uploads faster.' : '';
  return `${parts.join(', ')}${fine}`;
}

/**
 * What to check about the surface; null when there is nothing.
 * @param {ModelFacts} facts
 * @returns {Finding | null}
 */
export function surfaceFinding(facts) {
  if (!facts.watertight) {
    return {
      tone: 'warn', title: `The surface has holes (${plural(facts.open_edges, 'open edge')})`,
      text: 'A print needs a closed surface, like a balloon without a leak. Repair it in your design program, or in 3D Builder '
        + 'or a slicing program, and export it again. Size is right all the same; volume and price are only guesses.',
    };
  }
  if (facts.flipped_edges) {
    return {
      tone: 'warn', title: 'Some faces point inwards',
      text: 'Parts may be missing in the print. Let your design program make all normals point outwards, and export it again.',
    };
  }
  return null;
}

/**
 * The printers that the model fits without care, or else those that it fits in some way.
 * @template {{printer: Printer}} O
 * @param {ModelFacts} facts
 * @param {readonly O[]} offers
 * @returns {O[]}
 */
export function fittingOffers({ size_mm: size }, offers) {
  const judged = offers.map((offer) => ({ offer, fit: fitOf(size, offer.printer.build_volume_mm) }));
  const easy = judged.filter(({ fit }) => fit.way === 'upright' || fit.way === 'turned');
  return (easy.length > 0 ? easy : judged.filter(({ fit }) => fits(fit))).map(({ offer }) => offer);
}

/**
 * @param {PriceRange} range
 * @returns {{price: string, basis: string}}
 */
export function priceWords({ grams, cents, per_gram: perGram, minimum_cents: minimum, reliable }) {
  const [low, high] = cents;
  const price = low === high ? `About ${money(low)}` : `${money(low)} to ${money(high)}`;
  const rate = perGram[0] === perGram[1] ? money(perGram[0]) : `${money(perGram[0])} to ${money(perGram[1])}`;
  const weight = grams[1] < 1 ? 'less than a gram' : `${number(Math.round(grams[0]))} to ${number(Math.round(grams[1]))} g`;
  const guess = reliable ? '' : ' The surface is not closed, so this is a rough guess.';
  const floor = low === minimum ? ` ${money(minimum)} is the minimum charge.` : '';
  return {
    price,
    basis: `An estimate from the volume: ${weight} at ${rate} a gram, depending on walls, infill and supports.${floor}${guess} `
      + 'The exact price comes by e-mail, and nothing is printed before you confirm it.',
  };
}

/**
 * The model is so small that another unit explains it.
 * @param {ModelFacts} facts
 * @param {UnitSuspicion} suspicion
 */
export function unitWords({ size_mm: size, format }, { unit, size_mm: meant }) {
  const file = format === '3mf' ? 'This file says that it is in millimetres.' : 'STL and OBJ files do not say their unit: printers read millimetres.';
  return {
    title: `Only ${millimetres(size)}. Did you draw it in ${unit}?`,
    text: `This looks like ${unit} exported as millimetres. If so, it should be ${millimetres(meant)}.`,
    steps: [
      file,
      `Set your design program's unit to millimetres before exporting, or scale the model by ${FACTORS[unit]}.`,
      'Export it again and choose the new file here. We never scale a model for you.',
      'If it is meant to be this small, go on.',
    ],
  };
}

const FACTORS = { metres: '1000', inches: '25.4', centimetres: '10' };
