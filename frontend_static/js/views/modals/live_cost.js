/**
 * The price of a weight, asked of the server while somebody types: only the server knows how it counts.
 * @import {CostPreview} from '../../contract.d.ts'
 */
import { ApiError } from '../../lib/api.js';
import { money } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { previewCost } from '../../lib/staff_api.js';

const DEBOUNCE_MS = 250;

/** @param {() => void} redraw */
export function createLiveCost(redraw) {
  /** @type {CostPreview | null} */
  let cost = null;
  let problem = '';
  let asked = '';
  /** @type {AbortController | undefined} */
  let pending;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /**
   * @param {string} material
   * @param {number} grams
   */
  async function ask(material, grams) {
    pending = new AbortController();
    try {
      cost = await previewCost(material, grams, pending.signal);
      problem = '';
    } catch (error) {
      if (error instanceof DOMException) return;
      if (!(error instanceof ApiError)) throw error;
      cost = null;
      problem = error.message;
    }
    redraw();
  }

  return {
    /**
     * @param {string} material
     * @param {number} grams
     */
    update(material, grams) {
      const question = `${material} ${grams}`;
      if (question === asked) return;
      asked = question;
      clearTimeout(timer);
      pending?.abort();
      if (material && grams > 0) timer = setTimeout(ask, DEBOUNCE_MS, material, grams);
      else cost = null;
    },
    /** What it costs as far as the server has answered, in cents. @returns {number | null} */
    get cents() {
      return cost?.cost_cents ?? null;
    },
    /** @param {string} label */
    view: (label) => html`
      <div class="cost-line">
        <span>${label}</span>
        <output class="numbers" for="modal-weight_g modal-grams">${cost ? money(cost.cost_cents) : '–'}</output>
        ${cost?.minimum_applied ? html`<span class="field-hint">The minimum charge applies.</span>` : nothing}
        ${problem ? html`<span class="field-error">${problem}</span>` : nothing}
      </div>`,
  };
}
