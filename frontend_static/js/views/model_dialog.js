/**
 * A model in a dialog of its own: the 3D view on a printer's plate, its size, and whether it fits.
 *
 *     openModelViewer({ name: job.original_filename, url: () => getFileUrl(job), printers, printer: job.printer });
 *
 * @import {Printer} from '../contract.d.ts'
 * @import {Analysis} from '../lib/model/analyse.js'
 * @import {DialogHandle} from '../lib/dialog.js'
 */
import { ApiError, download } from '../lib/api.js';
import { openDialog } from '../lib/dialog.js';
import { dimensions } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';
import { analyseModel } from '../lib/model/analyse.js';
import { fitOf } from '../lib/model/fit.js';
import { ModelRefused } from '../lib/model/refused.js';
import { fitFinding, meshWords, surfaceFinding } from '../lib/model/words.js';
import { icons } from './icons.js';
import { mountViewer } from './model_viewer.js';
import { notice } from './notice.js';

/**
 * @typedef {Object} ModelToShow
 * @property {string} name                        of the file, its ending says what it holds
 * @property {Blob} [file]                        the file itself, or
 * @property {() => Promise<string>} [url]        where it lies: a signed address, asked for when it is needed
 * @property {readonly Printer[]} [printers]      those to choose the plate from
 * @property {string | null} [printer]            the id of the one to begin with
 * @property {string | null} [color]              a CSS color for the model
 * @property {() => void} [onClosed]
 */

/**
 * Shows a model until the dialog is closed, which frees everything.
 * @param {ModelToShow} model
 * @returns {DialogHandle}
 */
export function openModelViewer(model) {
  const { name, printers = [], color = null, onClosed } = model;
  const controller = new AbortController();
  /** @type {Analysis | null} */
  let analysis = null;
  let [problem, chosen] = ['', model.printer ?? printers[0]?.id ?? ''];
  const printer = () => printers.find(({ id }) => id === chosen) ?? null;

  const place = () => {
    const on = printer();
    return on && analysis ? { volume: on.build_volume_mm, fit: fitOf(analysis.facts.size_mm, on.build_volume_mm) } : null;
  };
  const choose = (/** @type {Event} */ event) => {
    chosen = /** @type {HTMLSelectElement} */ (event.target).value;
    viewer.show(place());
    dialog.update();
  };
  const view = () => dialogView({ model, analysis, problem, printer: printer(), choose, retry: load, close: () => dialog.close() });
  const dialog = openDialog({
    view, labelledBy: 'model-title', className: 'dialog-model',
    onClosed() {
      controller.abort();
      viewer.dispose();
      onClosed?.();
    },
  });
  const viewer = mountViewer(/** @type {HTMLElement} */ (dialog.element.querySelector('.viewer')), name);
  viewer.paint(color);

  async function load() {
    problem = '';
    dialog.update();
    try {
      analysis = await analyseModel(await fileOf(model, controller.signal), name, controller.signal);
      dialog.update();
      viewer.show(place());
      await viewer.load(analysis.mesh);
    } catch (error) {
      if (controller.signal.aborted) return;
      problem = problemOf(error);
      dialog.update();
    }
  }
  void load();
  return dialog;
}

/**
 * @param {ModelToShow} model
 * @param {AbortSignal} signal
 */
const fileOf = async ({ file, url }, signal) => file ?? download(await /** @type {() => Promise<string>} */ (url)(), signal);

/** @param {unknown} error */
const problemOf = (error) => error instanceof ApiError || error instanceof ModelRefused
  ? error.message : 'The model could not be read here. Open the file in a slicing program instead.';

/**
 * @param {{model: ModelToShow, analysis: Analysis | null, problem: string, printer: Printer | null,
 *   choose: (event: Event) => void, retry: () => void, close: () => void}} state
 */
const dialogView = ({ model, analysis, problem, printer, choose, retry, close }) => html`
  <div class="dialog-head">
    <h2 id="model-title">${model.name}</h2>
    <button class="button button-quiet button-icon" type="button" aria-label="Close" @click=${close}>${icons.close}</button>
  </div>
  <div class="dialog-body">
    <div class="viewer" ?hidden=${Boolean(problem)} aria-busy=${analysis || problem ? 'false' : 'true'}></div>
    ${problem ? notice('bad', 'The model cannot be shown', problem, html`
      <p><button class="button" type="button" @click=${retry}>Try again</button></p>`) : nothing}
    ${model.printers?.length ? html`
      <div class="field">
        <label for="model-plate">On the plate of</label>
        <select id="model-plate" @change=${choose}>
          ${model.printers.map(({ id, name }) => html`<option value=${id} ?selected=${id === printer?.id}>${name}</option>`)}
        </select>
      </div>` : nothing}
    <div class="viewer-facts" aria-live="polite">
      ${analysis ? factsView(analysis, printer) : html`<p class="soft">${problem ? nothing : 'Loading the model…'}</p>`}
    </div>
  </div>`;

/**
 * @param {Analysis} analysis
 * @param {Printer | null} printer
 */
const factsView = ({ facts }, printer) => {
  const fit = printer ? fitFinding(facts, fitOf(facts.size_mm, printer.build_volume_mm), printer.name) : null;
  const surface = surfaceFinding(facts);
  return html`
    <dl class="facts">
      ${fit ? html`<dt>Fit</dt><dd><b>${fit.title}.</b> ${fit.text}</dd>` : nothing}
      <dt>Size</dt><dd class="numbers">${dimensions(facts.size_mm)}</dd>
      <dt>Mesh</dt><dd class="numbers">${meshWords(facts)}${surface ? html`<br>${surface.title}` : nothing}</dd>
    </dl>`;
};
