/**
 * What the browser finds out about the picked model, beside the file field: the 3D view, whether it fits, size, price.
 * It advises; the server judges.
 * @import {Catalog} from '../contract.d.ts'
 * @import {Analysis} from '../lib/model/analyse.js'
 */
import { printersFor } from '../lib/catalog.js';
import { swatchOf } from '../lib/colors.js';
import { html, render } from '../lib/html.js';
import { analyseModel, isCertain } from '../lib/model/analyse.js';
import { fitOf } from '../lib/model/fit.js';
import { ModelRefused } from '../lib/model/refused.js';
import { findingsView, spokenFindings } from './model_findings.js';
import { mountViewer } from './model_viewer.js';

/** What the form holds. @typedef {{catalog: Catalog, method: string, printer: string, color: string}} Choices */

/**
 * @typedef {Object} PanelOptions
 * @property {(method: string, printer: string) => void} onChoose   a printer was chosen here
 * @property {(message: string) => void} onRefused                  the file is certainly no printable model
 */

/**
 * @param {HTMLElement} root
 * @param {PanelOptions} options
 */
export function createModelPanel(root, { onChoose, onRefused }) {
  /** @type {AbortController | null} */
  let looking = null;
  /** @type {Analysis | null} */
  let analysis = null;
  /** @type {Choices | null} */
  let choices = null;
  /** @type {ReturnType<typeof mountViewer> | null} */
  let viewer = null;
  let failed = false;

  const draw = () => choices && render(panelView({ analysis, choices, failed, onChoose }), root);
  const clear = () => {
    looking?.abort();
    viewer?.dispose();
    [looking, analysis, viewer, failed] = [null, null, null, false];
    render(html``, root);
    root.hidden = true;
  };
  const place = () => {
    const printer = choices && printersFor(choices.catalog, choices.method).find(({ id }) => id === choices?.printer);
    return printer && analysis ? { volume: printer.build_volume_mm, fit: fitOf(analysis.facts.size_mm, printer.build_volume_mm) } : null;
  };

  /** @param {unknown} error */
  function giveUp(error) {
    const refused = error instanceof ModelRefused && isCertain(error) ? error : null;
    if (refused) {
      clear();
      onRefused(refused.message);
      return;
    }
    failed = true;
    draw();
  }

  return {
    clear,
    /**
     * Looks at this file; one looked at before is forgotten.
     * @param {File} file
     * @param {Choices} now
     */
    async show(file, now) {
      clear();
      const controller = new AbortController();
      [looking, choices, root.hidden] = [controller, now, false];
      draw();
      viewer = mountViewer(/** @type {HTMLElement} */ (root.querySelector('.viewer')), file.name, { inPage: true });
      try {
        analysis = await analyseModel(file, file.name, controller.signal);
        draw();
        viewer.paint(swatchOf(now.color));
        viewer.show(place());
        await viewer.load(analysis.mesh);
      } catch (error) {
        if (!controller.signal.aborted) giveUp(error);
      }
    },
    /** The form has changed. @param {Choices} now */
    update(now) {
      const before = choices;
      choices = now;
      draw();
      if (before?.printer !== now.printer || before.method !== now.method) viewer?.show(place());
      if (before?.color !== now.color) viewer?.paint(swatchOf(now.color));
    },
  };
}

/**
 * @param {{analysis: Analysis | null, choices: Choices, failed: boolean, onChoose: PanelOptions['onChoose']}} state
 */
const panelView = ({ analysis, choices, failed, onChoose }) => html`
  <div class="viewer" aria-busy=${analysis || failed ? 'false' : 'true'} ?hidden=${failed}></div>
  <div class="findings">
    ${analysis ? findingsView(analysis.facts, choices, onChoose) : failed ? unknownView() : waitingView()}
  </div>
  <p class="visually-hidden" role="status">${analysis ? spokenFindings(analysis.facts, choices) : ''}</p>`;

const waitingView = () => html`
  <p class="soft">Measuring your model…</p>
  <div class="skeleton findings-skeleton"></div>`;

const unknownView = () => html`
  <p><b>We could not look into this file here.</b> That need not mean anything: submit it, and the lab checks it.</p>`;
