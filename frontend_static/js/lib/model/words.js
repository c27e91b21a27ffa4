/** What was found out about a model, in a student's words. */
import { millimetres, number, plural } from '../format.js';
import { turnedTo } from './fit.js';

/**
 * @import {ModelFacts} from './facts.js'
 * @import {Fit} from './fit.js'
 */

const TOLERANCE_MM = 0.01;
const DIRECTIONS = ['wide', 'deep', 'tall'];
const MM_PER_INCH = 25.4;

/** @typedef {{tone: 'good' | 'warn' | 'bad', title: string, text: string}} Finding */

/**
 * Whether a model fits a printer, and what must be done for it.
 * @param {ModelFacts} facts
 * @param {Fit} fit
 * @param {string} printer  its name
 * @returns {Finding}
 */
export function fitFinding({ size_mm: size }, fit, printer) {
  switch (fit.way) {
    case 'upright':
      return { tone: 'good', title: `Fits the ${printer}`, text: 'As it stands.' };
    case 'turned':
      return { tone: 'good', title: `Fits the ${printer}`, text: 'Turned by 90° on the plate, as shown.' };
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
        text: `${listed(excessesOf(fit))}. It would fit at ${fit.scale} % of its size: scale it down or split it into parts.`,
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

/** @param {string[]} parts */
const listed = (parts) => new Intl.ListFormat('en-US').format(parts);

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
