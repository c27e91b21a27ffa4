/**
 * What a slicer wrote into its file: beside the file's name, and beside the fields that it fills.
 * @import {CandidateFile} from '../contract.d.ts'
 */
import { html, nothing } from '../lib/html.js';
import { slicingWords } from '../lib/slicing.js';
import { notice } from './notice.js';

/** The picture of the plate. @param {CandidateFile} file */
export const platePicture = ({ slicing }) => (slicing?.thumbnail
  ? html`<img class="plate-picture" src=${slicing.thumbnail} alt="" width="48" height="48">` : nothing);

/** @param {CandidateFile} file */
export const slicingLine = ({ slicing, not_read: notRead }) => {
  const words = slicing ? slicingWords(slicing) : notRead?.message;
  return words ? html`<span class="slicing-line">${words}</span>` : nothing;
};

/** @param {string[]} messages */
export const differencesNotice = (messages) => (messages.length
  ? notice('warn', 'The file and your choice differ', html`${messages.map((message) => html`<p>${message}</p>`)}`) : nothing);

/**
 * Where a number of the file came to: into the field, or one press away from it.
 * @param {string} name     of the field
 * @param {string} text     what stands in it
 * @param {{value: number, unit: string, estimated?: boolean} | null} told
 */
export const fromFile = (name, text, told) => {
  if (!told) return nothing;
  const { value, unit, estimated = false } = told;
  if (Number(text) === value) return estimated ? 'Estimated from the volume.' : 'As the slicer wrote it.';
  return html`${estimated ? 'The slicer wrote no weight.' : nothing}
    <button class="text-button" type="button" @click=${fillIn(name, value)}>${estimated ? 'Use the estimated' : 'Use the slicer’s'} ${value} ${unit}</button>`;
};

/**
 * @param {string} name
 * @param {number} value
 */
const fillIn = (name, value) => (/** @type {Event} */ event) => {
  const field = /** @type {HTMLButtonElement} */ (event.currentTarget).form?.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement)) return;
  field.value = String(value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.focus();
};
